"""Formulas as authors of such courses write them: each can be shown."""

ACCEPTED = r"""
\lVert x \rVert_2^2
\left\lVert \frac{x}{y} \right\rVert
\lvert x \rvert
|x - y|
\|w\|^2
\left\|\sum_{i=1}^n x_i\right\|_2
\Vert x \Vert
\left| \frac{a}{b} \right|
\operatorname{softmax}(z)_i
\operatorname{arg\,max}_k p_k
\operatorname*{arg\,max}_k p_k
\operatorname*{argmin}_{\theta} L(\theta)
\arg\max_k p_k
\argmin_w L
\max_j z_j
\max(0, z)
\min_{w, b} L
\operatorname{ReLU}(z) = \max(0, z)
\operatorname{diag}(v) W
y \operatorname{sign} x
\mathbf{1}
1\mathbf{1}1
\mathbf{x}^\top \mathbf{W}
\mathbf{X}, \mathbf{b}, \mathbf{0}
\boldsymbol{\theta}, \boldsymbol{\Sigma}, \boldsymbol{x}
\boldsymbol{1}\bm{W}\bm\delta
\boldsymbol{\nabla} L, \boldsymbol{\partial}
\mathbf{\theta}
\mathbb{R}^{m \times n}
\mathbb{E}[X], \mathbb{1}[y = k]
\mathcal{L}(\theta), \mathcal{N}(0, \sigma^2)
\mathscr{L}, \mathfrak{g}
\mathrm{d}x, \mathrm{softmax}(z)
\mathsf{T}, \mathtt{x1}, \mathit{loss}
\log p
\log p_k
2\log p + \log(1 - p)
-\sum_k y_k \log \hat y_k
\log_2 n, \ln x, \exp(-z)
\log \frac{p}{q}
\exp\left(-\frac{z}{T}\right)
\sin x \cos y, \tanh z
\sigma(z) = \frac{1}{1 + e^{-z}}
\frac{e^{z_i}}{\sum_j e^{z_j}}
\frac{\partial L}{\partial W^{(l)}}
\frac{\partial^2 L}{\partial w_i \partial w_j}
\frac{dL}{dw}
\nabla_\theta L
\nabla L(w) \cdot v
\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)})
W^T, W^{\mathsf T}, W^\intercal, W^{\top}
a \odot b \otimes c \oplus d
\bar x, \bar{W}, \bar z
\hat y, \hat{\mathbf{y}}, \hat\theta
\tilde x, \vec v, \dot s, \ddot s
\overline{x + y}, \underline{x}
\widehat{xy}, \widehat W, \boxed{x = y}, \overline{\frac{a}{b}}, x_{\overline{ab}}
\overrightarrow{AB}
\sum_{i=1}^{n} x_i
\prod_{t=1}^T a_t
\int_0^1 f(x)\,\mathrm{d}x
\lim_{h \to 0} \frac{f(x+h) - f(x-h)}{2h}
\sum\limits_{i} x_i
\sum_{\substack{i = 1 \\ i \ne j}}^n a_{ij}
\bigcup_i A_i
\begin{pmatrix} a & b \\ c & d \end{pmatrix}
\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix} x
\begin{matrix} a & b \\ c & d \end{matrix}
\begin{vmatrix} a & b \\ c & d \end{vmatrix}
\begin{Vmatrix} a & b \\ c & d \end{Vmatrix}
\begin{Bmatrix} a \\ d \end{Bmatrix}
\left(\begin{smallmatrix} a & b \\ c & d \end{smallmatrix}\right)
\begin{bmatrix} w_{11} & \cdots & w_{1n} \\ \vdots & \ddots & \vdots \\ w_{m1} & \cdots & w_{mn} \end{bmatrix}
\begin{array}{lcr} a & b & c \\ aaa & bbb & ccc \end{array}
f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}
\begin{aligned} z &= W x + b \\ a &= \sigma(z) \\ &\quad + c \end{aligned}
\begin{align*} \bar W &= \bar z x^\top & \bar b &= z \\ \bar x &= W^\top \bar z & \bar y &= 0 \end{align*}
\begin{split} a &= b + c \\ &= d \\ &+ e \\ &- \frac{a}{b} \end{split}
\begin{gathered} a = b \\ c = d + e + f \end{gathered}
\begin{gather*} a = b \\ c = d \end{gather*}
\text{loss} = \text{mean over all } n
\text{a\_b}, \textbf{bold}, \textit{it}, \texttt{W1}
\underbrace{W x + b}_{z}
\overbrace{a + b}^{n \text{ terms}}
\underbrace{\frac{\partial L}{\partial a}}_{\text{from above}} \cdot \underbrace{\sigma'(z)}_{\text{own}}
\left( \frac{a}{b} \right)^2
\left[ \sum_i x_i \right]
\left\{ x \mid x > 0 \right\}
\left\{ x \middle| \frac{x}{2} > 0 \right\}
\left. \frac{\partial f}{\partial x} \right|_{x=0}
\left\langle u, v \right\rangle
\langle u, v \rangle
\lfloor x \rfloor + \lceil y \rceil
\bigl( \frac12 \bigr) \Bigl[ x \Bigr]
\big(x\big) \bigg| \Big/
\{1, \ldots, n\}
x_1, x_2, \dots, x_n
x_1 + \dots + x_n
x_1 + \cdots + x_n
a, b; c : d \colon e
f\colon \mathbb{R}^n \to \mathbb{R}
f'(x), f''(x), f'''(x)
x'_i, x_i', x'^2
a^{[l]}, a^{(l)}_j, x^2_i
x_{i,j}, x_{i+1}, x^{-1}, e^{-x^2/2}
10^{-6}, x^23, 1{,}000, 0.5, .5
2x, 3cm, 5mu
-x = -y
(-1)(+2), a \cdot (-b)
a - -b
a \times b \cdot c \circ d
a \le b \ge c \ne d \neq e
a < b > c \ll d \gg e
a \approx b \equiv c \sim d \propto e
x \in A \notin B \subset C \subseteq D
a \to b \mapsto c \Rightarrow d \iff e
a \leftarrow b \gets c \Leftrightarrow d
w \leftarrow w - \eta \nabla_w L
a \coloneqq b, a := b
\forall x \exists y \neg z
p(y \mid x)
A \cup B \cap C \setminus D
\sqrt{x}, \sqrt{\frac{a}{b}}, \sqrt[3]{x}
\binom{n}{k}
\dfrac{a}{b} \tfrac{a}{b} \frac12
\displaystyle \sum_i x_i
\frac{\displaystyle\sum_i x_i}{n}
a \stackrel{!}{=} b \overset{a}{=} b
\underset{x}{\longrightarrow}
x \xrightarrow{f} y \xrightarrow{\text{long label}} z
\infty, \ell, \hbar, \emptyset, \angle
\alpha\beta\gamma\delta\epsilon\varepsilon\zeta\eta\theta\vartheta
\iota\kappa\lambda\mu\nu\xi\pi\rho\sigma\tau\upsilon\phi\varphi\chi\psi\omega
\Gamma\Delta\Theta\Lambda\Xi\Pi\Sigma\Upsilon\Phi\Psi\Omega
a\,b\:c\;d\ e~f\quad g\qquad h
a \bmod b
\phantom{x} y
100\%, \#, \&, a\_b
n!, x?
a / b
{}^{i}x, {}_i
H(p, q) = -\sum_{k=1}^K p_k \log q_k
D_{\mathrm{KL}}(p \,\|\, q)
\operatorname{Var}[x] = \mathbb{E}[(x - \mu)^2]
\theta_{t+1} = \theta_t - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}
J_{ij} = \frac{\partial f_i}{\partial x_j}
\mathbf{J} = \begin{bmatrix} \frac{\partial f_1}{\partial x_1} & \cdots \\ \vdots & \ddots \end{bmatrix}
\sigma ≤ σ ∂ ∇ ∑_i × ·
\mathbf{W}_{1}^{(2)}, \boldsymbol\sigma(\mathbf z)
\mathrm{ReLU}'(z), \mathrm{tr}(A)
\det A, \dim V, \ker f, \deg p
\iint f, \oint g
\mathbb{R}, \mathbb{N}, \mathbb{Z}, \mathbb{P}
a \pm b \mp c \ast d * e \star f
\dagger \ddagger \top \bot
\operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right) V
\underset{w}{\arg\min} L(w), \mathbf{W}_{[:, j]}, x_{\text{new}}
\mathbf{AB}, \mathcal{BEFHILMR}, \mathcal{ego}
""".strip().split("\n")
