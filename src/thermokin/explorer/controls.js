// The controls of the explorer. Each is a native element with a name of its own, so that keyboard, touch and readers work.
const make = (tag, attributes = {}, ...inside) => {
  const node = document.createElement(tag)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...inside)
  return node
}

function knob(model) {
  const label = `${model.words}${model.unit ? ` [${model.unit}]` : ""}`
  const head = make("span", { class: "words" }, model.words)
  if (model.unit) head.append(make("span", { class: "unit" }, ` [${model.unit}]`))
  head.append(make("code", {}, model.place))
  if (model.choices.length) {
    const select = make("select", { "aria-label": label })
    for (const one of model.choices) select.append(make("option", { value: one }, one))
    const show = () => { select.value = model.text }
    select.addEventListener("change", () => { model.text = select.value })
    model.on("text", show)
    show()
    return make("div", { class: "knob", title: model.said, "data-place": model.place }, head, select)
  }
  const slider = make("input", { type: "range", "aria-label": label })
  const field = make("input", { type: "text", inputmode: "decimal", spellcheck: "false", "aria-label": `${label}, as a number` })
  const logarithmic = model.step === 0
  slider.min = logarithmic ? 0 : model.low
  slider.max = logarithmic ? 400 : model.high
  slider.step = logarithmic ? 1 : model.step
  const number = () => {
    const at = Number(slider.value)
    const value = logarithmic ? model.low * (model.high / model.low) ** (at / 400) : at
    return String(Number(value.toPrecision(logarithmic ? 3 : 6)))
  }
  const show = () => {
    const value = Number(model.text)
    if (model.text.trim() !== "" && !Number.isNaN(value)) {
      slider.value = logarithmic ? 400 * Math.log(Math.max(value, model.low) / model.low) / Math.log(model.high / model.low) : value
    }
    if (field.value !== model.text) field.value = model.text
    slider.setAttribute("aria-valuetext", `${model.text} ${model.unit}`.trim())
  }
  let waiting = false
  slider.addEventListener("input", () => {
    field.value = number()
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => { waiting = false; model.text = number() })
  })
  slider.addEventListener("change", () => { model.text = number() })
  field.addEventListener("change", () => { model.text = field.value })
  const flaw = () => field.setAttribute("aria-invalid", String(model.flawed))
  model.on("text", show)
  model.on("flawed", flaw)
  show()
  flaw()
  return make("div", { class: "knob", title: model.said, "data-place": model.place }, head, field, slider)
}

function choice(model) {
  const select = make("select", { "aria-label": model.label })
  const fill = () => {
    select.replaceChildren(...model.options.map((one, index) => make("option", { value: one }, model.titles[index] ?? one)))
    select.value = model.value
  }
  select.addEventListener("change", () => { model.value = select.value })
  for (const name of ["options", "titles", "value"]) model.on(name, fill)
  fill()
  const box = make("label", { class: "choice" }, make("span", {}, model.label), select)
  const hide = () => { box.hidden = model.options.length < 2 }
  model.on("options", hide)
  hide()
  return box
}

function tabs(model) {
  const list = make("div", { class: "tabs", role: "tablist", "aria-label": "Questions" })
  const fill = () => {
    list.replaceChildren(...model.options.map((one, index) => {
      const chosen = one === model.value
      const tab = make("button", { type: "button", role: "tab", "aria-selected": String(chosen), tabindex: chosen ? "0" : "-1" }, model.titles[index])
      tab.addEventListener("click", () => { model.value = one })
      return tab
    }))
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const count = model.options.length
    model.value = model.options[(model.options.indexOf(model.value) + step + count) % count]
    requestAnimationFrame(() => list.querySelector("[aria-selected=true]")?.focus())
  })
  for (const name of ["options", "titles", "value"]) model.on(name, fill)
  fill()
  return list
}

function status(model) {
  const said = make("ul", { class: "refused", role: "alert" })
  const busy = make("p", { class: "busy", role: "status" })
  const show = () => {
    said.replaceChildren(...model.refused.map((line) => make("li", {}, line)))
    said.hidden = model.refused.length === 0
    busy.textContent = model.busy ? "calculating ..." : "up to date"
    busy.dataset.done = String(model.done)
  }
  for (const name of ["refused", "busy", "done"]) model.on(name, show)
  show()
  return make("div", {}, busy, said)
}

function text(model) {
  const code = make("code")
  const copy = make("button", { type: "button" }, "Copy")
  const box = make("details", { class: "text" }, make("summary", {}, model.label), copy, make("pre", { tabindex: "0" }, code))
  const show = () => { code.textContent = model.text; box.hidden = model.text === "" }
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(model.text)
      copy.textContent = "Copied"
    } catch {
      getSelection().selectAllChildren(code)
      copy.textContent = "Selected: copy it"
    }
    setTimeout(() => { copy.textContent = "Copy" }, 1500)
  })
  model.on("text", show)
  show()
  return box
}

function files(model) {
  const save = (name, url) => make("a", { download: name, href: url }).click()
  const wish = (kind) => {
    const button = make("button", { type: "button" }, `Figure as ${kind.toUpperCase()}`)
    button.addEventListener("click", () => { model.wish = `${kind} ${Date.now()}` })
    return button
  }
  const link = make("button", { type: "button" }, "Copy a link to this")
  link.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href)
      link.textContent = "Copied"
    } catch { link.textContent = "It is the address of this page" }
    setTimeout(() => { link.textContent = "Copy a link to this" }, 1500)
  })
  model.on("query", () => { if (model.query) history.replaceState(null, "", model.query) })
  model.on("file", () => { if (model.file) save(model.called, model.file) })
  link.hidden = !model.linked
  return make("div", { class: "files" }, wish("svg"), wish("png"), link)
}

function opener(model) {
  const input = make("input", { type: "file", accept: ".toml", "aria-label": "Open a study file" })
  input.addEventListener("change", async () => {
    const [one] = input.files
    if (!one) return
    model.called = one.name.slice(0, 80)
    model.text = one.size > 300000 ? "#".repeat(300001) : await one.text()
    input.value = ""
  })
  return make("label", { class: "opener" }, make("span", {}, "Open a study"), input)
}

const parts = { knob, choice, tabs, status, text, files, opener }
export function render({ model }) { return parts[model.part](model) }
