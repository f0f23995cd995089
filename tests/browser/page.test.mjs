// The report page, read and used: order, definitions, tables, links.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PEOPLE, SECTIONS, cells, column, file, head, open, saved, url } from './opened.mjs';

test('opens without a complaint, with every section and every table named', () => open({}, async (page) => {
  for (const id of SECTIONS) assert.equal(await page.locator(`#${id}`).count(), 1, id);
  assert.equal(await page.locator('h1').count(), 1);
  const levels = await page.$$eval('h1,h2,h3,h4,h5,h6', (heads) => heads.map((one) => Number(one.tagName[1])));
  levels.reduce((before, level) => { assert.ok(level <= before + 1, `h${before} is followed by h${level}`); return level; }, 0);
  for (const figure of await page.locator('figure').all()) {
    assert.equal(await figure.locator('details.data table').count() + await figure.locator('details.data .none').count(), 1);
    assert.ok((await figure.locator('.plot > [role=img]').getAttribute('aria-label')).length > 10, 'alternative text');
  }
  for (const stat of await page.locator('.stat').all()) assert.match(await stat.locator('.of').textContent(), /^of \d/);
}));

test('reads in the order of the questions, and the contents say the same', () => open({}, async (page) => {
  const places = await page.$$eval('main > section, footer', (sections) => sections.map(({ id }) => id));
  assert.deepEqual(places, SECTIONS);
  assert.deepEqual(await page.$$eval('.side nav > ol > li > a', (links) => links.map(({ hash }) => hash.slice(1))), SECTIONS);
  const all = await page.$$eval('.side nav a', (links) => links.map(({ hash, textContent }) => `${hash} ${textContent}`));
  assert.equal(new Set(all.map((link) => link.split(' ')[0])).size, all.length, 'each place is named once');
  const inside = await page.$$eval('.side nav a', (links) => links.filter(({ hash }) => !document.getElementById(hash.slice(1))).map(({ hash }) => hash));
  assert.deepEqual(inside, [], 'every link leads somewhere');
  assert.equal(await page.locator('#stale #people').count(), 1, 'people stand with who is stale');
  assert.ok((await page.locator('#title').boundingBox()).y < (await page.locator('.hero .lead').boundingBox()).y);
}));

test('every number opens to its words, its denominator and its definition, by keyboard too', () => open({}, async (page) => {
  const stats = await page.locator('.stat').all();
  assert.ok(stats.length > 4);
  await stats[0].locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.ok(await stats[0].locator('.sentence').isVisible());
  for (const stat of stats) {
    const more = await stat.locator('.more').textContent();
    assert.match(more, / of \d/);
    assert.ok(await stat.locator('.more :is(.repeated, .see)').count() > 0, `defined: ${more.slice(0, 80)}`);
  }
  for (const table of await page.locator('.table:not(details.data > .table)').all()) {
    const [columns, meanings] = [await table.locator('thead th').count(), await table.locator('.meanings dt').count()];
    assert.equal(meanings, columns, 'each column is explained below its table');
  }
}));

test('weeks are drawn in cells, said in words, and saved as numbers', () => open({}, async (page) => {
  const weeks = await page.$$eval(`${PEOPLE} td.w`, (cells) => cells.map((cell) => [cell.dataset.v, cell.querySelector('svg').getAttribute('aria-label'), cell.querySelector('svg').getAttribute('role')]));
  assert.ok(weeks.length > 0);
  for (const [raw, words, role] of weeks) {
    assert.match(raw, /^(?:[0-7?]\/[0-7?])(?: [0-7?]\/[0-7?])*$/);
    const pairs = raw.split(' ').map((pair) => pair.split('/'));
    assert.equal(words, `Days a week, ${pairs.length} weeks: at a page ${pairs.map(([page]) => page).join(' ')}; with tokens ${pairs.map(([, token]) => token).join(' ')}`);
    assert.equal(role, 'img');
  }
  assert.ok(weeks.some(([raw]) => /[1-7]/.test(raw)), 'somebody did something');
}));

test('the footer says command, version, window, rows and hashes', () => open({}, async (page) => {
  const text = await page.locator('#provenance').innerText();
  for (const said of [/kmsift \d+\.\d+\.\d+/, /kmsift report/, /interactive\s+\d{4}-\d\d-\d\d \d\d:\d\d UTC to /, /rows read, .* skipped for a stated reason and .* could not be read/]) assert.match(text, said);
  await page.locator('#provenance details summary').click();
  const hashes = await page.$$eval('#provenance td.hash', (cells) => cells.map(({ textContent }) => textContent));
  assert.ok(hashes.length > 0 && hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)));
}));

test('opens whole and stays under 10 MB', (t) => open({}, async (page) => {
  const loaded = await page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd);
  t.diagnostic(`loaded after ${Math.round(loaded)} ms`);
  assert.ok(loaded > 0, 'the page has loaded');
  assert.ok((await readFile(file)).length < 10_000_000);
}));

test('sorts by click: ascending, descending, as written; unknown last', () => open({}, async (page) => {
  const [name, sort] = ['staleness_min_days', () => page.click(`${head('staleness_min_days')} button`)];
  const written = await column(page, name);
  const numbers = (texts) => texts.filter((text) => /\d/.test(text)).map((text) => Number(text.replace(/\u202F/g, '')));
  await sort();
  assert.equal(await page.getAttribute(head(name), 'aria-sort'), 'ascending');
  const up = await column(page, name);
  assert.deepEqual(numbers(up), numbers(up).toSorted((a, b) => a - b));
  assert.ok(up.slice(0, numbers(up).length).every((text) => /\d/.test(text)), 'unknown stands last');
  await sort();
  assert.equal(await page.getAttribute(head(name), 'aria-sort'), 'descending');
  const down = await column(page, name);
  assert.deepEqual(numbers(down), numbers(up).toReversed());
  assert.ok(down.slice(0, numbers(up).length).every((text) => /\d/.test(text)), 'unknown stands last here too');
  await sort();
  assert.equal(await page.getAttribute(head(name), 'aria-sort'), null);
  assert.deepEqual(await column(page, name), written);
}));

test('sorts by keyboard, and only one column at a time', () => open({}, async (page) => {
  const [first, second] = [head('user_principal_name'), head('label')];
  await page.focus(`${first} button`);
  await page.keyboard.press('Enter');
  assert.equal(await page.getAttribute(first, 'aria-sort'), 'ascending');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await page.getAttribute(second, 'aria-sort'), 'ascending');
  assert.equal(await page.getAttribute(first, 'aria-sort'), null);
}));

test('the whole page can be walked with the Tab key, and focus is seen', () => open({}, async (page) => {
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none');
  const reached = new Set();
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.closest('.side nav, #theme, .stat, .plot, .tools, th')?.className ?? ''));
  }
  assert.ok(reached.has('stat'), 'numbers open by keyboard');
}));

test('filter narrows rows and says so; nothing found is said too', () => open({}, async (page) => {
  const search = page.locator(`${PEOPLE} input[type=search]`);
  const state = page.locator(`${PEOPLE} .state`);
  const all = (await column(page, 'user_principal_name')).length;
  const name = (await column(page, 'user_principal_name'))[Math.floor(all / 2)];
  await search.fill(name.toUpperCase());
  await page.waitForFunction((box) => document.querySelector(`${box} .state`).textContent.includes(' of '), PEOPLE);
  const found = await column(page, 'user_principal_name');
  assert.ok(found.length >= 1 && found.length < all && found.includes(name));
  assert.match(await state.textContent(), new RegExp(`^${found.length} of ${all} `));
  const before = await state.textContent();
  await search.fill('label:token_stale');
  // The state of the search before this one says " of " too.
  await page.waitForFunction(([box, old]) => document.querySelector(`${box} .state`).textContent !== old, [PEOPLE, before]);
  const labels = await column(page, 'label');
  assert.ok(labels.length > 0 && labels.every((label) => label === 'token\u2011stale'), 'one column alone');
  await search.fill('no-such-person-anywhere');
  await page.waitForSelector(`${PEOPLE} .nothing`);
  assert.match(await state.textContent(), /^0 of /);
  await search.fill('');
  await page.waitForFunction((box) => !document.querySelector(`${box} .state`).textContent.includes(' of '), PEOPLE);
  assert.equal((await column(page, 'user_principal_name')).length, all);
}));

test('columns are picked, and Escape closes the picker', () => open({}, async (page) => {
  const picker = page.locator(`${PEOPLE} .picker`);
  assert.ok(await page.locator(head('label')).isVisible());
  assert.ok(!(await page.locator(head('user_id')).isVisible()), 'ids wait in the picker');
  await picker.locator('summary').click();
  await picker.getByLabel('User ID', { exact: true }).check();
  await picker.getByLabel('Label', { exact: true }).uncheck();
  assert.ok(await page.locator(head('user_id')).isVisible());
  assert.ok(!(await page.locator(head('label')).isVisible()));
  await page.keyboard.press('Escape');
  assert.equal(await picker.getAttribute('open'), null);
  await picker.locator('summary').click();
  await picker.getByRole('button', { name: 'All' }).click();
  assert.equal(await page.locator(`${PEOPLE} th:visible`).count(), await page.locator(`${PEOPLE} th`).count());
}));

test('saves the current view as CSV, safe in a spreadsheet', () => open({}, async (page) => {
  const box = page.locator(PEOPLE);
  await page.click(`${head('user_principal_name')} button`);
  await box.locator('.picker summary').click();
  await box.locator('.picker').getByLabel('Label', { exact: true }).uncheck();
  await page.keyboard.press('Escape');
  const { name, text } = await saved(page, () => box.getByRole('button', { name: 'Save CSV' }).click());
  assert.equal(name, 'kmsift-users.csv');
  assert.equal(text.codePointAt(0), 0xfeff, 'byte order mark for spreadsheets');
  const [names, ...rows] = cells(text.slice(1));
  const shown = await page.$$eval(`${PEOPLE} th`, (heads) => heads.filter((one) => one.offsetWidth > 0).map((one) => one.dataset.name));
  assert.deepEqual(names, shown);
  assert.ok(!names.includes('label'));
  const people = names.indexOf('user_principal_name');
  const unguarded = rows.map((row) => row[people].replace(/^'(?=[=+\-@])/, ''));
  assert.deepEqual(unguarded, await column(page, 'user_principal_name'));
  const numbers = new Set(['staleness_min_days', 'staleness_max_days']);
  for (const row of rows) {
    row.forEach((cell, at) => { if (!numbers.has(names[at])) assert.doesNotMatch(cell, /^[=+\-@\t\r]/, cell); });
    const time = row[names.indexOf('last_token_activity')];
    if (time) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  }
}));

test('what is filtered, sorted and picked is what is saved and copied', () => open({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
  const view = () => page.$eval(PEOPLE, (box) => {
    const at = [...box.querySelectorAll('th')].flatMap((head, i) => (head.offsetWidth > 0 ? [i] : []));
    const raw = (cell) => cell.dataset.v ?? (cell.classList.contains('unknown') ? '' : cell.querySelector('time')?.dateTime ?? cell.textContent);
    return [at.map((i) => box.querySelectorAll('th')[i].dataset.name), ...[...box.querySelectorAll('tbody tr')].filter((row) => row.offsetHeight > 0).map((row) => at.map((i) => raw(row.cells[i])))];
  });
  const box = page.locator(PEOPLE);
  await box.locator('input[type=search]').fill('label:token_stale');
  await page.waitForFunction((one) => document.querySelector(`${one} .state`).textContent.includes(' of '), PEOPLE);
  await page.click(`${head('staleness_min_days')} button`);
  await box.locator('.picker summary').click();
  await box.locator('.picker').getByLabel('Gates', { exact: true }).uncheck();
  await page.keyboard.press('Escape');
  const seen = await view();
  assert.ok(seen.length > 1 && !seen[0].includes('gates'));
  const { text } = await saved(page, () => box.getByRole('button', { name: 'Save CSV' }).click());
  const guarded = (cell) => cell.replace(/^'(?=[=+\-@])/, '');
  assert.deepEqual(cells(text.slice(1)).map((line) => line.map(guarded)), seen);
  await box.getByRole('button', { name: 'Copy' }).click();
  await page.waitForFunction((one) => document.querySelector(`${one} .state`).textContent.startsWith('Copied'), PEOPLE);
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split('\n').map((line) => line.split('\t').map(guarded));
  assert.deepEqual(copied, seen);
}));

test('copies the current view', () => open({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
  await page.locator(PEOPLE).getByRole('button', { name: 'Copy' }).click();
  await page.waitForFunction((box) => document.querySelector(`${box} .state`).textContent.startsWith('Copied'), PEOPLE);
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  assert.equal(lines.length - 1, (await column(page, 'label')).length);
  assert.ok(lines[0].split('\t').includes('label'));
}));

test('a deep link scrolls to its place and opens the folds around it', async () => {
  let id = '';
  await open({}, async (page) => { id = await page.locator('details.data .table').last().getAttribute('id'); });
  await open({}, async (page) => {
    assert.ok(await page.locator(`#${id}`).isVisible(), `${id} is unfolded`);
    await page.waitForFunction((one) => { const { top } = document.getElementById(one).getBoundingClientRect(); return top >= -1 && top < innerHeight; }, id);
  }, `${url}#${id}`);
  await open({}, async (page) => {
    const search = page.locator(`${PEOPLE} input[type=search]`);
    await search.fill('centralperk');
    await page.click(`${head('label')} button`);
    await page.waitForFunction(() => location.hash.includes('sort=label') && location.hash.includes('q=centralperk'));
  });
  await open({}, async (page) => {
    assert.equal(await page.inputValue(`${PEOPLE} input[type=search]`), 'a');
    assert.equal(await page.getAttribute(head('label'), 'aria-sort'), 'descending');
  }, `${url}${PEOPLE}?q=a&sort=-label`);
  let link = '';
  await open({}, async (page) => {
    await page.locator(`${PEOPLE} .picker summary`).click();
    await page.locator(`${PEOPLE} .picker`).getByLabel('User ID', { exact: true }).check();
    await page.waitForFunction(() => location.hash.includes('columns='));
    link = page.url();
  });
  await open({}, async (page) => assert.ok(await page.locator(head('user_id')).isVisible(), 'the columns are in the link'), link);
});
