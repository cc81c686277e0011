// Placing products on photos while a post is written: choose a product, tap the photo. Without it products are
// tagged without a place. Places travel as hidden fields "spot": "PRODUCT PHOTO X Y", in thousandths.

const form = document.querySelector('[data-compose]');
const boxes = [...form.querySelectorAll('input[name="product"]')];
const hint = document.createElement('p');
hint.className = 'notice';
hint.setAttribute('role', 'status');
hint.hidden = true;
form.querySelector('[data-tagging]').prepend(hint);

let chosen = null;
const spots = new Map();  // product id -> {photo, x, y}

function photos() {
  return [...form.querySelectorAll('.previews .photo')];
}

function draw() {
  form.querySelectorAll('input[name="spot"], .previews .dots').forEach(element => element.remove());
  for (const [product, spot] of spots) {
    const frame = photos()[spot.photo];
    if (!frame) continue;
    const field = Object.assign(document.createElement('input'), {type: 'hidden', name: 'spot',
      value: `${product} ${spot.photo} ${spot.x} ${spot.y}`});
    form.append(field);
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', 'dots');
    for (const [kind, radius] of [['ripple', 12], ['drop', 5]]) {
      const circle = document.createElementNS(svg.namespaceURI, 'circle');
      for (const [name, value] of Object.entries({class: kind, cx: `${spot.x / 10}%`, cy: `${spot.y / 10}%`, r: radius}))
        circle.setAttribute(name, value);
      svg.append(circle);
    }
    frame.append(svg);
  }
  hint.hidden = chosen === null || photos().length === 0;
  if (chosen) hint.textContent = form.dataset.wordsTap.replace('{0}', chosen.dataset.title);
}

form.addEventListener('change', event => {
  if (event.target.name === 'product') {
    chosen = event.target.checked ? event.target : boxes.find(box => box.checked) ?? null;
    if (!event.target.checked) spots.delete(event.target.value);
  } else if (event.target.type === 'file') {
    spots.clear();
  }
  setTimeout(draw);  // after the previews are there
});

form.addEventListener('click', event => {
  const frame = event.target.closest?.('.previews .photo');
  if (!frame || !chosen) return;
  event.preventDefault();
  const box = frame.getBoundingClientRect();
  const share = (at, from, size) => Math.max(0, Math.min(1000, Math.round((at - from) / size * 1000)));
  spots.set(chosen.value, {photo: photos().indexOf(frame), x: share(event.clientX, box.left, box.width),
    y: share(event.clientY, box.top, box.height)});
  draw();
});
