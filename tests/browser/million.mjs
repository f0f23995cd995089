// Inputs of a million people, cheap to make: node million.mjs FOLDER, then kmsift report FOLDER, then KMSIFT_MILLION=page npm test.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const PEOPLE = Number(process.env.KMSIFT_PEOPLE ?? 1_000_000);
const HOURS = 60 * 24;
const T = Date.UTC(2026, 10, 22);
const [folder] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

const id = (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const at = (days, seconds = 0) => new Date(T - days * 86_400_000 + seconds * 1000).toISOString();

/** Writes lines as fast as the disk takes them. */
async function write(name, lines) {
  const out = createWriteStream(join(folder, name));
  for (const line of lines) if (!out.write(`${line}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}

/** A person a line in the user list; every third one has not been at a page for long. */
function* users() {
  yield '{"value":[';
  for (let n = 0; n < PEOPLE; n += 1) {
    const [page, silent] = [at(n % 3 === 0 ? 40 + (n % 50) : 1 + (n % 20), n % 3600), at(1, n % 3600)];
    yield `${n ? ',' : ''}${JSON.stringify({
      id: id(n), userPrincipalName: `person.${n}@example.org`, displayName: `Person ${n} of a long enough name`,
      userType: 'Member', accountEnabled: true, department: `Department ${n % 40}`, createdDateTime: at(900),
      signInActivity: { lastSignInDateTime: page, lastNonInteractiveSignInDateTime: silent, lastSuccessfulSignInDateTime: silent },
    })}`;
  }
  yield ']}';
}

/** One sign-in an hour, so that the log covers sixty days. */
function* signIns(interactive) {
  for (let hour = HOURS; hour > 0; hour -= 1) {
    const detail = { authenticationMethod: 'Password', succeeded: true, authenticationStepResultDetail: 'Correct password', authenticationStepDateTime: at(hour / 24) };
    yield JSON.stringify({
      id: `${interactive ? 'aaaaaaaa' : 'bbbbbbbb'}-0000-4000-8000-${hour.toString(16).padStart(12, '0')}`,
      createdDateTime: at(hour / 24), userId: id(hour * 7), userPrincipalName: `person.${hour * 7}@example.org`,
      appId: '00000003-0000-0000-c000-000000000000', appDisplayName: 'Office', clientAppUsed: 'Browser', isInteractive: interactive,
      signInEventTypes: [interactive ? 'interactiveUser' : 'nonInteractiveUser'], incomingTokenType: interactive ? 'none' : 'refreshToken',
      status: { errorCode: 0 }, authenticationDetails: interactive ? [detail] : [],
    });
  }
}

await write('users.json', users());
await write('signIns-interactive.ndjson', signIns(true));
await write('signIns-nonInteractive.ndjson', signIns(false));
