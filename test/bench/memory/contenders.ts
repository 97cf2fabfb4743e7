/** Modules of the folder `contenders` that are compared to `by-hand`, and what the report calls them. */
export const contenders = {
  'class-saga': 'class-saga',
  'node-sagas': 'node-sagas',
  'effect-scope': 'effect acquireRelease',
  'effect-workflow': 'effect Workflow',
  medusa: 'Medusa',
  'by-name': 'methods by name',
} as const;

export type ContenderName = keyof typeof contenders;

export const everyone: readonly ContenderName[] = ['class-saga', 'node-sagas', 'effect-scope', 'effect-workflow', 'medusa'];
export const ours: readonly ContenderName[] = ['class-saga'];

export function isContenderName(name: string): name is ContenderName {
  return name in contenders;
}
