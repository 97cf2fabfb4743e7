/** Modules of the folder `contenders`, and what the report calls them. */
export const contenders = {
  'by-hand': 'by hand',
  'class-saga': 'class-saga',
  'node-sagas': 'node-sagas',
  'effect-scope': 'effect acquireRelease',
  'effect-workflow': 'effect Workflow',
  medusa: 'Medusa',
} as const;

export type ContenderName = keyof typeof contenders;

export const everyone = Object.keys(contenders) as readonly ContenderName[];
export const ours: readonly ContenderName[] = ['by-hand', 'class-saga'];
