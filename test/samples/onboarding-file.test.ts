import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSignUps } from '../../samples/onboarding/sign-ups-file.js';
import { Folder, runScript } from './sample-script.js';

const folder = new Folder();
const wish = { name: 'Ada Brown', email: 'ada@example.com', plan: 'pro', address: '12 Mill Lane, Leeds' };
const signUp = { title: 'A sign-up', request: wish };

describe('a file of sign-ups', () => {
  it('gives each a reference of its own, no faults unless it names some, a fault its operation, and patience', async () => {
    const file = await folder.fileWith('good.json', [signUp, { ...signUp, faults: [{ service: 'delivery', fault: 'down' }] }]);
    const signUps = await readSignUps(file);
    expect(signUps.map(({ request }) => request.reference)).toEqual(['SIGNUP-1', 'SIGNUP-2']);
    expect(signUps.map(({ faults }) => faults)).toEqual([[], [{ service: 'delivery', on: 'schedule', fault: 'down' }]]);
    expect(signUps.map(({ impatient }) => impatient)).toEqual([false, false]);
  });

  it.each([
    ['a missing field', { ...signUp, request: { ...wish, plan: undefined } }, 'request.plan: is missing'],
    ['an empty name', { ...signUp, request: { ...wish, name: '' } }, 'request.name: must not be empty'],
    ['a bad address', { ...signUp, request: { ...wish, email: 'ada' } }, 'request.email: must be an e-mail address'],
    ['a field that nobody reads', { ...signUp, patient: true }, 'has no place for patient'],
    ['an unknown service', { ...signUp, faults: [{ service: 'bank', fault: 'down' }] }, 'faults[0].service: must be one of: billing,'],
    ['a deed of another service', { ...signUp, faults: [{ service: 'mail', on: 'cancel', fault: 'down' }] }, 'faults[0].on: must be one'],
  ])('is refused for %s, naming the file and the field', async (_, bad, problem) => {
    const file = await folder.fileWith('bad.json', [signUp, bad]);
    await expect(readSignUps(file)).rejects.toThrow(`${file} is no list of sign-ups:\n  sign-up 2`);
    await expect(readSignUps(file)).rejects.toThrow(problem);
  });
});

describe('npm run onboarding', () => {
  it('does the five sign-ups, leaves nothing behind, no temporary file either, and ends by itself', async () => {
    const temporary = join(folder.path, 'temporary');
    await mkdir(temporary);
    const { code, output } = await runScript('onboarding', [], { TMPDIR: temporary });
    expect(output).toMatch(/^Nothing is left behind\.\n$/m);
    expect(await readdir(temporary)).toEqual([]);
    expect(code).toBe(0);
  });

  it('does the sign-ups of the file that it is given, and exits with 1 when something is left behind', async () => {
    const faults = [{ service: 'delivery', fault: 'refuse' }, { service: 'billing', on: 'unsubscribe', fault: 'refuse' }];
    const { code, output } = await runScript('onboarding', [await folder.fileWith('stuck.json', [signUp, { ...signUp, faults }])]);
    expect(output).toContain('Signed up, as user 1.');
    expect(output).toContain('A sign-up: subscriptions: 1, and there should be 0');
    expect(code).toBe(1);
  });

  it('says in a sentence what is wrong with the file, and exits with 1', async () => {
    const { code, output, errors } = await runScript('onboarding', [await folder.fileWith('wrong.json', [])]);
    expect(errors).toBe(`${join(folder.path, 'wrong.json')} is no list of sign-ups:\n  the whole file: there must be at least one\n`);
    expect(output).toBe('');
    expect(code).toBe(1);
  });
});
