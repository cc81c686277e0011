// The bot's editor beyond HTML: its forms answer without leaving the page, steps are dragged by their grip (mouse, pen or
// finger; arrow keys too), a try stays at its latest message. Without it every form leads to a page.

const root = () => document.getElementById('flow');
let busy = null; // what is being said: {action, fields}
let next = null; // what was asked for meanwhile

function notice(text) {
  const note = Object.assign(document.createElement('div'), {className: 'toast', textContent: text});
  document.querySelector('.toasts')?.append(note);
  setTimeout(() => note.remove(), 6000);
}

// Where the keyboard was: the same button of the same form, or its neighbour when it rests now.
function focusAgain(place) {
  const form = place && [...root().querySelectorAll('form')].find(one => one.getAttribute('action') === place.action);
  if (!form) return;
  const same = [...form.elements].find(one => one.type !== 'hidden' && one.name === place.name &&
    (one.type !== 'submit' || one.value === place.value) && one.hasAttribute('data-grip') === place.isGrip);
  const next = same?.disabled ? [...form.elements].find(one => !one.disabled && one.type === 'submit') : same;
  next?.focus({preventScroll: true});
}

function placeOf(element) {
  if (!element?.form || !root().contains(element)) return null;
  return {action: element.form.getAttribute('action'), name: element.name, value: element.value,
    isGrip: element.hasAttribute('data-grip')};
}

// What the server's page shows instead of what stands here, and what it has to say.
function swap(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const fresh = page.getElementById('flow');
  if (!fresh) throw new Error('not the page of a flow');
  root().replaceWith(document.adoptNode(fresh));
  for (const note of page.querySelectorAll('.toasts > .toast')) notice(note.textContent);
  const wrong = root().querySelector('[aria-invalid="true"], .form-error');
  if (wrong?.matches('input')) wrong.focus();
  else wrong?.scrollIntoView({block: 'center'});
}

// The form as the browser would send it; the answer, refusals in words included, takes the place of the editor.
async function send(form, more) {
  const fields = fieldsOf(form, more);
  const said = {action: form.getAttribute('action'), fields: typedIn(form, fields)};
  if (busy) {
    if (isMove(said) || !isSame(said, busy)) next = said;
    return;
  }
  busy = said;
  const place = placeOf(document.activeElement);
  const action = new URL(form.getAttribute('action'), location.href);
  try {
    const answer = await fetch(action, {method: 'POST', body: fields, credentials: 'same-origin'});
    if (!answer.headers.get('content-type')?.startsWith('text/html') || ![200, 409, 422].includes(answer.status))
      throw new Error(String(answer.status));
    // The try has an address of its own: it can be reloaded and left by the back button.
    const arrived = new URL(answer.url).pathname;
    swap(await answer.text());
    if (answer.redirected && arrived !== location.pathname) history.replaceState(null, '', arrived);
    if (!root().querySelector('[aria-invalid="true"]')) focusAgain(place);
  } catch {
    notice(root().dataset.wordsFailed);
    next = null;
  }
  busy = null;
  sendNext();
}

// The same once more is a double click; a step pressed up twice goes up twice.
const isMove = said => ['up', 'down'].includes(said.fields.do);
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// Said to the editor as it stands now: the same form, if it is still there, with its own revision.
function sendNext() {
  if (!next) return;
  const {action, fields} = next;
  const form = [...root().querySelectorAll('form[data-swap]')].find(one => one.getAttribute('action') === action);
  next = null;
  if (form) send(form, fields);
}

function typedIn(form, fields) {
  const isHidden = name => form.elements[name]?.type === 'hidden';
  return Object.fromEntries([...fields].filter(([name]) => !isHidden(name)));
}

function fieldsOf(form, more) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  return fields;
}

document.querySelector('main').addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('#flow form[data-swap]')) return;
  event.preventDefault();
  const button = event.submitter;
  send(form, button?.name ? {[button.name]: button.value} : {});
});

document.querySelector('main').addEventListener('keydown', event => {
  const field = event.target;
  if (field.matches('.phone .composer textarea') && event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    field.form.requestSubmit();
  }
  if (field.matches('[data-grip]') && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    const button = field.form.querySelector(`button[value="${event.key === 'ArrowUp' ? 'up' : 'down'}"]`);
    if (!button.disabled) send(field.form, {do: button.value});
  }
});

// ---- dragging: the others make room around the card; it is placed where it is let go, Escape puts it back ----

let drag = null;

const cards = () => [...root().querySelectorAll('.steps > [data-moves]')];

function begin(grip, event) {
  const card = grip.closest('.step');
  drag = {card, grip, pointer: event.pointerId, first: cards(), y: event.clientY};
  card.classList.add('dragging');
  grip.setPointerCapture(event.pointerId);
}

// The dragged card stays in the document, for a finger holds it: its neighbours go round it.
function follow(y) {
  const list = cards();
  const at = list.indexOf(drag.card);
  const middle = card => { const box = card.getBoundingClientRect(); return box.top + box.height / 2; };
  if (at > 0 && y < middle(list[at - 1])) drag.card.after(list[at - 1]);
  else if (at + 1 < list.length && y > middle(list[at + 1])) drag.card.before(list[at + 1]);
}

// Near an edge of the window the page comes along.
function roll() {
  if (!drag) return;
  const edge = 90;
  const by = drag.y < edge ? drag.y - edge : drag.y > innerHeight - edge ? drag.y - innerHeight + edge : 0;
  if (by !== 0) {
    scrollBy(0, by / 6);
    follow(drag.y);
  }
  requestAnimationFrame(roll);
}

function end(isKept) {
  const {card, grip, first} = drag;
  drag = null;
  card.classList.remove('dragging');
  const now = cards();
  const isMoved = now.some((one, i) => one !== first[i]);
  if (!isMoved) return;
  if (!isKept) return first.forEach(one => first.at(-1).parentNode.insertBefore(one, first.at(-1).nextSibling));
  grip.focus({preventScroll: true});
  send(grip.form, {do: 'place', before: card.nextElementSibling.dataset.key});
}

document.addEventListener('pointerdown', event => {
  const grip = event.target.closest?.('#flow [data-grip]');
  if (!grip || event.button !== 0 || busy) return;
  event.preventDefault();
  grip.focus({preventScroll: true});
  begin(grip, event);
  requestAnimationFrame(roll);
});
document.addEventListener('pointermove', event => {
  if (event.pointerId !== drag?.pointer) return;
  drag.y = event.clientY;
  follow(event.clientY);
});
document.addEventListener('pointerup', event => event.pointerId === drag?.pointer && end(true));
document.addEventListener('pointercancel', event => event.pointerId === drag?.pointer && end(false));
document.addEventListener('keydown', event => event.key === 'Escape' && drag && end(false));
