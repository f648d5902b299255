// The chat. The first half renders messages as Slack does, the second handles what the user does. The content of
// messages is only ever inserted as text, never as HTML.

const find = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- Slack's markup

// Code, references, and bold, italic or struck text. A word joiner (U+2060) next to a sign prevents markup.
const MARKUP =
  /```\n?([^]+?)\n?```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*_~])([*_~])(?![\s*_~\u2060])(.+?)(?<!\s)\4(?![\p{L}\p{N}*_~\u2060])/gu;
const STYLES = { '*': 'b', '_': 'i', '~': 's' };

const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function markup(text, known) {
  const shown = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(MARKUP)) {
    const [whole, block, word, reference, sign, styled] = match;
    shown.append(plain(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (block) shown.append(preformatted(block, known));
    else if (word) shown.append(element('code', {}, plain(word)));
    else if (reference) shown.append(referred(reference));
    else shown.append(element(STYLES[sign], {}, markup(styled)));
  }
  shown.append(plain(text.slice(end)));
  return shown;
}

function preformatted(text, known) {
  const shown = text.split('\n').flatMap((line, index) => {
    const parts = columns(plain(line));
    return [index ? '\n' : '', ...(isNew(line, known) ? [element('mark', {}, ...parts)] : parts)];
  });
  return element('pre', { tabIndex: 0, role: 'group', ariaLabel: 'Lines in columns' }, ...shown);
}

// Double-width characters. They are put into boxes of exactly two columns.
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\u30A0-\u30FF\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u;

function columns(line) {
  const shown = [''];
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (WIDE.test(segment)) shown.push(element('span', { className: 'wide' }, segment), '');
    else shown[shown.length - 1] += segment;
  }
  return shown;
}

function referred(reference) {
  const [target, label] = reference.split(/\|(.*)/s);
  const [kind, seconds, format] = target.split('^');
  if (kind === '!date') return date(Number(seconds), format, plain(label ?? ''));
  if (/^(https?:|mailto:)/.test(target)) {
    return element('a', { href: plain(target), target: '_blank', rel: 'noreferrer' }, plain(label || target));
  }
  return element('span', { className: 'mention' }, plain(label || target));
}

// A time in the reader's time zone, in Slack's date format; the fallback text if a token of the format is not known.
function date(seconds, format, fallback) {
  const instant = new Date(seconds * 1000);
  const show = (options) => new Intl.DateTimeFormat('en-US', options).format(instant);
  const long = { year: 'numeric', month: 'long', day: 'numeric' };
  const days = { date: long, date_long: { weekday: 'long', ...long }, date_short: { ...long, month: 'short' } };
  const times = { time: { timeStyle: 'short' }, time_secs: { timeStyle: 'medium' } };
  const midnight = (day) => new Date(day).setHours(0, 0, 0, 0);
  const near = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[Math.round((midnight(instant) - midnight(Date.now())) / 864e5)];
  let isKnown = !Number.isNaN(instant.getTime());
  const text = (isKnown ? format : '').replace(/\{(\w+?)(_pretty)?\}/g, (token, name, pretty) => {
    if (pretty && days[name] && near) return near;
    if (days[name] ?? times[name]) return show(days[name] ?? times[name]);
    isKnown = false;
    return token;
  });
  return isKnown ? element('time', { dateTime: instant.toISOString(), title: fallback }, text) : fallback;
}

// --- Lines that are new since the last reply to the same question

const isNew = (line, known) => known !== undefined && !known.has(squeezed(line));

// Ignores changed column widths.
const squeezed = (line) => line.replace(/ +/g, ' ').trim();

// All lines and table cells of a message.
function lines({ blocks = [], attachments = [] }) {
  const all = [...blocks, ...attachments.flatMap((attachment) => attachment.blocks ?? [])];
  const texts = all.flatMap((block) => [block.text?.text ?? '', ...(block.rows ?? []).flat().map(written)]);
  return new Set(texts.flatMap((text) => text.split('\n')).map(squeezed));
}

// --- Slack's blocks

function words(text, known) {
  return text.type === 'mrkdwn' ? markup(text.text, known) : text.text;
}

function section({ text, fields = [], accessory }, shown) {
  const made = element('div');
  if (text) made.append(element('div', { className: 'text' }, words(text, shown.known)));
  if (fields.length) {
    const cells = fields.map((field) => element('div', { className: 'text' }, words(field, shown.known)));
    made.append(element('div', { className: 'fields' }, ...cells));
  }
  if (accessory) made.append(control(accessory, {}, shown));
  return made;
}

function table({ rows, column_settings: settings = [] }, shown) {
  const cell = (name, content, column) => {
    const { align = 'left', is_wrapped: isWrapped } = settings[column] ?? {};
    return element(name, { className: isWrapped ? `${align} wrapped` : align }, written(content));
  };
  const [head, ...body] = rows;
  const heads = head.map((content, column) => cell('th', content, column));
  for (const made of heads) made.scope = 'col';
  const others = body.map((row) => {
    const cells = row.map((content, column) => {
      const made = cell('td', content, column);
      if (isNew(written(content), shown.known)) made.replaceChildren(element('mark', {}, ...made.childNodes));
      return made;
    });
    return element('tr', {}, ...cells);
  });
  const made = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...others));
  return element('div', { className: 'scroll', tabIndex: 0, role: 'group', ariaLabel: 'Table' }, made);
}

// The text of a raw or rich table cell.
function written(cell) {
  return cell.text ?? cell.elements?.map(written).join('') ?? '';
}

function control(made, block, shown) {
  const action = { type: made.type, action_id: made.action_id, block_id: block.block_id };
  if (made.type === 'button') {
    const { text, value, style = '' } = made;
    const press = () => act(shown, { ...action, text, ...(value !== undefined && { value }) });
    const button = element('button', { type: 'button', className: style, onclick: press }, text.text);
    button.dataset.action = made.action_id;
    return button;
  }
  if (made.type !== 'static_select') return unknown(made);
  const options = (made.option_groups ?? [made]).flatMap((group) => group.options);
  const name = (option) => element('option', {}, option.text.text);
  const initial = options.findIndex((option) => option.value === made.initial_option?.value);
  const prompt = element('option', { disabled: true, hidden: initial >= 0 }, made.placeholder?.text ?? 'Choose');
  const groups = made.option_groups?.map((group) => element('optgroup', { label: group.label.text }, ...group.options.map(name)));
  const select = element('select', { ariaLabel: made.placeholder?.text ?? 'Choose' }, prompt, ...(groups ?? options.map(name)));
  select.selectedIndex = initial + 1;
  select.dataset.action = made.action_id;
  const choice = () => options[select.selectedIndex - 1] ?? null;
  shown.choices.push(() => [block.block_id, made.action_id, { type: made.type, selected_option: choice() }]);
  select.onchange = () => act(shown, { ...action, placeholder: made.placeholder, selected_option: choice() });
  return select;
}

function actions(block, shown) {
  const controls = block.elements.map((made) => control(made, block, shown));
  return element('div', { className: 'actions' }, ...controls);
}

// A line chart: its points in a box of 300 by 100, with the first and the last label below.
function chart({ title, chart: { type, series, axis_config: { categories, y_label: unit } } }) {
  if (type !== 'line') return unknown({ type: `${type} chart` });
  const svg = (name, attributes, ...children) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const values = series.map(({ data }) => data.map(({ value }) => value));
  const [low, high] = [Math.min(0, ...values.flat()), Math.max(1, ...values.flat())];
  const place = (value, at) => `${4 + (at * 292) / Math.max(1, categories.length - 1)},${96 - ((value - low) * 92) / (high - low)}`;
  const drawn = values.map((points) => svg('polyline', { points: points.map(place).join(' ') }));
  const label = `${title}: ${values[0].join(', ')} ${unit}`;
  const picture = svg('svg', { viewBox: '0 0 300 100', role: 'img', 'aria-label': label }, ...drawn);
  const ends = [categories[0], categories.at(-1)].map((text) => element('span', {}, text));
  return element('figure', { className: 'chart' }, element('figcaption', {}, `${title} (${unit})`), picture, element('div', {}, ...ends));
}

const unknown = ({ type }) => element('div', { className: 'unknown' }, `“${type}” is not shown on this page. Slack may show it.`);

const BLOCKS = new Map(Object.entries({
  header: ({ text }) => element('h3', {}, text.text),
  section,
  context: ({ elements }) => {
    const parts = elements.map((part) => (part.text ? element('span', { className: 'text' }, words(part)) : unknown(part)));
    return element('div', { className: 'context' }, ...parts);
  },
  divider: () => element('hr'),
  table,
  actions,
  data_visualization: chart,
}));

const made = (blocks, shown) =>
  blocks.map((block, index) => {
    const show = BLOCKS.get(block.type) ?? unknown;
    return show({ block_id: `block-${index}`, ...block }, shown);
  });

// --- The channel

const log = find('log');
const now = () => new Date().toLocaleTimeString('en-US', { timeStyle: 'short' });
let posted = 0;

function entry(className, name, ...children) {
  const face = element('div', { className: 'face', ariaHidden: 'true' }, name[0]);
  const by = element('div', { className: 'by' }, element('b', {}, name), element('time', {}, now()));
  return element('article', { className: `message ${className}`, tabIndex: -1 }, face, element('div', {}, by, ...children));
}

function append(added) {
  log.append(added);
  added.scrollIntoView({ block: 'nearest' });
  return added;
}

// A line of the page itself, which Slack would not show.
function note(text, isBad = false) {
  return append(element('div', { className: isBad ? 'note bad' : 'note' }, text));
}

// Shows a message: a new one, or one that replaces the original.
function show(message, { known, original } = {}) {
  const isPrivate = original ? original.isPrivate : message.response_type !== 'in_channel';
  posted += 1;
  const ts = original?.ts ?? `${Math.floor(Date.now() / 1000)}.${String(posted).padStart(6, '0')}`;
  const shown = { ts, isPrivate, known, choices: [] };
  const body = element('div', { className: 'body' });
  if (message.blocks?.length) body.append(...made(message.blocks, shown));
  else body.append(element('div', { className: 'text' }, markup(message.text ?? '')));
  for (const { blocks = [] } of message.attachments ?? []) {
    body.append(element('div', { className: 'attachment' }, ...made(blocks, shown)));
  }
  const scope = isPrivate ? [element('div', { className: 'scope' }, 'Only visible to you')] : [];
  shown.element = entry('app', 'Standings', ...scope, body);
  shown.element.querySelector('b').after(element('span', { className: 'badge' }, 'APP'));
  shown.element.ariaLabel = plain(message.text ?? 'Standings');
  if (original) {
    original.element.replaceWith(shown.element);
    original.element = shown.element;
  } else append(shown.element);
}

async function send(method, path, body, type = 'application/json') {
  let response;
  try {
    response = await fetch(path, { method, body, headers: body === undefined ? {} : { 'content-type': type } });
  } catch {
    throw new Error('The demo does not answer. Is it still running?');
  }
  if (!response.ok) throw new Error((await response.text()) || `The demo answered ${response.status}.`);
  return response.status === 204 ? null : response.json();
}

// Runs an action, and shows its error.
const attempt = (work) => work().catch((error) => { note(error.message, true); });

// --- Asking and acting

const answers = new Map();
let question = null;

async function ask(text) {
  question = text;
  append(entry('you', 'You', element('div', { className: 'typed' }, `/standings ${text}`.trim())));
  const { status, messages } = await send('POST', '/page/commands', JSON.stringify({ text }));
  if (status !== 200) note(`Slack would show that /standings failed (${status}).`, true);
  for (const message of messages) {
    show(message, { known: answers.get(text) });
    answers.set(text, lines(message));
  }
}

function act(shown, action) {
  const values = {};
  for (const [block, id, value] of shown.choices.map((choice) => choice())) {
    values[block] = { ...values[block], [id]: value };
  }
  const press = {
    message_ts: shown.ts,
    is_ephemeral: shown.isPrivate,
    action: { ...action, action_ts: (Date.now() / 1000).toFixed(6) },
    values,
  };
  shown.element.ariaBusy = 'true';
  return attempt(async () => {
    const { status, messages } = await send('POST', '/page/interactions', JSON.stringify(press));
    if (status !== 200) note(`Slack would show an error next to the message (${status}).`, true);
    else if (!messages.length) note('No message came back. Slack would show no change.', true);
    for (const message of messages) follow(message, shown, action.action_id);
  }).finally(() => { shown.element.ariaBusy = null; });
}

// Handles a message that was posted to the response URL of the original.
function follow(message, original, actionId) {
  if (message.replace_original) {
    show(message, { original });
    // The pressed control was replaced. Its successor takes the focus.
    const successor = original.element.querySelector(`[data-action="${CSS.escape(actionId)}"]`);
    (successor ?? original.element).focus();
  } else {
    if (message.delete_original) original.element.remove();
    if (message.blocks || message.text) show(message);
  }
}

const text = find('text');

find('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const typed = text.value.trim().replace(/^\/standings\b/, '').trim();
  text.value = '/standings ';
  attempt(() => ask(typed));
});

text.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowUp' || question === null) return;
  event.preventDefault();
  text.value = `/standings ${question}`;
});

find('examples').addEventListener('click', ({ target }) => {
  if (target.matches('button')) attempt(() => ask(target.textContent.replace('/standings', '').trim()));
});

// --- Sales files

const path = (name) => `/page/files/${name.split('/').map(encodeURIComponent).join('/')}`;

function sized(bytes) {
  return bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

// Files that were uploaded from this window are listed first.
const fresh = new Set();

async function list() {
  const files = await send('GET', '/page/files');
  files.sort((a, b) => fresh.has(b.name) - fresh.has(a.name));
  for (const count of document.querySelectorAll('.count')) count.textContent = files.length;
  const items = files.map(({ name, size }) => {
    const remove = element('button', { type: 'button', ariaLabel: `Delete ${name}`, title: 'Delete' }, '✕');
    remove.onclick = () => attempt(() => erase(name));
    const parts = name.split(/(?<=\/)/).flatMap((part) => [part, element('wbr')]);
    return element('li', {}, element('span', {}, ...parts), element('small', {}, sized(size)), remove);
  });
  find('files').replaceChildren(...items);
}

async function again() {
  await list();
  if (question !== null) await ask(question);
}

async function upload(files) {
  for (const file of files) {
    const line = note(`Uploading ${file.name} …`);
    await attempt(async () => {
      const content = await file.arrayBuffer().catch(() => { throw new Error(`${file.name} cannot be read. Is it a folder?`); });
      const upload = await send('PUT', path(file.name), content, 'application/octet-stream');
      fresh.add(file.name);
      line.replaceChildren(`${file.name}: ${outcome(upload)}`, ...clauses(upload));
      line.classList.toggle('bad', Boolean(upload?.rejection));
    });
  }
  await attempt(again);
}

function outcome(upload) {
  if (!upload) return 'uploaded, but passed over: it is no sales file. It does not count in any ranking.';
  if (upload.rejection) return `rejected: ${upload.rejection}`;
  const skipped = upload.examples.map(({ line, reason }) => `line ${line}: ${reason}`).join('; ');
  const parts = [
    `${upload.rows} ${upload.rows === 1 ? 'row counts' : 'rows count'}`,
    upload.skipped_rows && `${upload.skipped_rows} skipped (${skipped})`,
    upload.not_sales && `${upload.not_sales} ${upload.not_sales === 1 ? 'is not a sale' : 'are not sales'}`,
    upload.repeated && `${upload.repeated} repeated`,
    upload.blank && `${upload.blank} blank or totals`,
  ];
  return parts.filter(Boolean).join(', ');
}

// How the file was read, and what a person should check.
function clauses(upload) {
  if (!upload || upload.rejection) return [];
  const items = [
    ...(upload.remarks ?? []).map((remark) => element('li', { className: 'bad' }, remark)),
    ...(upload.read_as ?? []).map((clause) => element('li', {}, clause)),
  ];
  return items.length ? [element('ul', {}, ...items)] : [];
}

async function erase(name) {
  if (!confirm(`Delete ${name}?`)) return;
  await send('DELETE', path(name));
  note(`${name} was deleted.`);
  await again();
}

find('pick').addEventListener('change', async ({ target }) => {
  await upload([...target.files]);
  target.value = '';
});

find('toggle').addEventListener('click', ({ currentTarget }) => {
  currentTarget.ariaExpanded = String(find('side').classList.toggle('open'));
});

const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
addEventListener('dragover', (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  find('drop').hidden = false;
});
addEventListener('dragleave', (event) => { if (!event.relatedTarget) find('drop').hidden = true; });
addEventListener('drop', (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  find('drop').hidden = true;
  upload([...event.dataTransfer.files]);
});

text.setSelectionRange(text.value.length, text.value.length);
attempt(list);
