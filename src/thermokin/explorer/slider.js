const slider = document.querySelector("input")
const positions = [...document.querySelectorAll(".position")]
const output = document.querySelector("output")
const show = () => {
  const at = Number(slider.value)
  positions.forEach((one, index) => { one.hidden = index !== at })
  output.textContent = positions[at].dataset.value
  slider.setAttribute("aria-valuetext", positions[at].dataset.value)
}
slider.addEventListener("input", show)
show()
