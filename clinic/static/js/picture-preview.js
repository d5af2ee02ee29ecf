// A chosen picture is looked at before it is saved, cut as it will be. Drawn, since pages show pictures of our server only.
"use strict";

const preview = document.getElementById("picture-preview");
const field = document.querySelector("input[type=file]");
field.addEventListener("change", async () => {
  const [file] = field.files;
  const picture = file && (await createImageBitmap(file).catch(() => null));
  if (file !== field.files[0]) return;
  preview.hidden = !picture;
  if (!picture) return;
  const canvas = preview.querySelector("canvas");
  const centre = Number(canvas.dataset.squareCentre);
  const side = Math.min(picture.width, picture.height);
  const [width, height] = centre ? [side, side] : [picture.width, picture.height];
  const scale = Math.min(1, 1200 / width);
  [canvas.width, canvas.height] = [width * scale, height * scale].map(Math.round);
  canvas.getContext("2d").drawImage(
    picture, (picture.width - width) / 2, (picture.height - height) * centre, width, height, 0, 0, canvas.width, canvas.height,
  );
});
