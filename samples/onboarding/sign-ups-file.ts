import { z } from 'zod';
import { readPlanned } from '../shared/planned-file.js';
import { faultShape } from './services/faults.js';
import type { Fault } from './services/faults.js';
import { wishShape } from './sign-up-request.js';
import type { SignUpRequest } from './sign-up-request.js';

/** A sign-up, and what is to go wrong meanwhile. */
export interface PlannedSignUp {
  readonly title: string;
  readonly request: SignUpRequest;
  readonly faults: readonly Fault[];
  /** Whether the caller cancels as soon as the answer of a service is lost, and does not wait for what becomes of it. */
  readonly impatient: boolean;
}

const signUpShape = z.strictObject({
  title: z.string().min(1),
  request: wishShape,
  faults: z.array(faultShape).default([]),
  impatient: z.boolean().default(false),
});

/** @throws PlannedFileError */
export async function readSignUps(file: string): Promise<PlannedSignUp[]> {
  const signUps = await readPlanned(file, signUpShape, { item: 'sign-up', refusal: 'is no list of sign-ups' });
  return signUps.map((signUp, index) => ({ ...signUp, request: { ...signUp.request, reference: `SIGNUP-${index + 1}` } }));
}
