/** What goes along with an execution and is no input: the tenant that it is for, a trace that it is part of. By name; values are data. */
export type ExecutionMetadata = Readonly<Record<string, unknown>>;
