// Sets a picture's focal point at the place of a click, and shows the part of the picture that each
// crop keeps. Without JavaScript, editors type the two numbers into the fields.
const picture = document.querySelector(".focal-picture");
const [x, y] = ["x", "y"].map((axis) => document.getElementById(`id_focal_${axis}`));

if (picture && x && y) {
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  picture.append(mark);

  const show = () => {
    mark.style.left = `${x.value}%`;
    mark.style.top = `${y.value}%`;
    for (const crop of document.querySelectorAll(".focal-crop")) {
      crop.style.objectPosition = `${x.value}% ${y.value}%`;
    }
  };

  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    x.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    y.value = Math.round((100 * (event.clientY - box.top)) / box.height);
    show();
  });
  for (const field of [x, y]) field.addEventListener("input", show);
  show();
}
