// What the three scripts share: their arguments, named steps with a time limit, and the contract.
import { readFileSync } from 'node:fs';
import { deepStrictEqual } from 'node:assert';

const [http, ws, key] = process.argv.slice(2);
if (!key) {
  console.error('usage: node SCRIPT HTTP-URL WS-URL SECRET-KEY');
  process.exit(2);
}

export { http, ws, key };

export const { abi, bytecode } = JSON.parse(
  readFileSync(new URL('./contract/Counter.json', import.meta.url), 'utf8'));

const STEP_LIMIT_MS = 30_000;

/** Runs one step; the script ends with its name if it fails or takes too long. */
export async function step(name, run) {
  let alarm;
  const late = new Promise((_, refuse) => {
    alarm = setTimeout(() => refuse(new Error(`nothing within ${STEP_LIMIT_MS} ms`)), STEP_LIMIT_MS);
  });
  try {
    const result = await Promise.race([run(), late]);
    console.log(`ok: ${name}`);
    return result;
  } catch (problem) {
    console.error(`FAILED: ${name}:`, problem);
    process.exit(1);
  } finally {
    clearTimeout(alarm);
  }
}

/** Fails unless both are the same, numbers by value. */
export function same(actual, expected, what) {
  const plain = (value) =>
    typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : value;
  deepStrictEqual(plain(actual), plain(expected), `${what}: ${actual} where ${expected} is right`);
}

/** Fails unless the promise fails with a text that matches. */
export async function refused(promise, pattern) {
  let answer;
  try {
    answer = await promise;
  } catch (problem) {
    const text = [
      problem, problem.message, problem.shortMessage, problem.details, problem.info,
      problem.cause, problem.innerError, problem.cause?.message, problem.cause?.errorArgs,
    ].map((part) => (part instanceof Object ? inspect(part) : String(part))).join('\n');
    if (!pattern.test(text)) {
      throw new Error(`refused with other words than ${pattern}: ${text}`);
    }
    return problem;
  }
  throw new Error(`not refused but answered ${inspect(answer)}`);
}

function inspect(value) {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
}

/** A promise with its completion, for events. */
export function expectation() {
  const later = {};
  later.seen = new Promise((resolve) => {
    later.complete = resolve;
  });
  return later;
}
