// Users' programs, compiled as users compile them: by the settings of their projects, against the source of the package.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = fileURLToPath(new URL('programs', import.meta.url));

const common: ts.CompilerOptions = {
  experimentalDecorators: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  paths: { 'class-saga': [join(root, 'src/index.ts')], 'class-saga/nestjs': [join(root, 'src/nestjs/index.ts')] },
};

/** As our own tsconfig has it: all that `strict` means, and what goes further. */
export const strict: ts.CompilerOptions = {
  ...common,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
};

/** The starter of Nest 12, which is strict but for uninitialised properties. Like those before it, it writes declarations. */
export const nest12: ts.CompilerOptions = {
  ...common,
  declaration: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  strict: true,
  strictPropertyInitialization: false,
};

/** The starter of Nest 11: `strictNullChecks` on, the rest of `strict` off, `strictFunctionTypes` too. */
export const nest11: ts.CompilerOptions = {
  ...common,
  declaration: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  strictNullChecks: true,
  noImplicitAny: false,
  strictBindCallApply: false,
};

/** The starter of Nest 10: CommonJS, and nothing of `strict`. */
export const nest10: ts.CompilerOptions = {
  ...common,
  declaration: true,
  target: ts.ScriptTarget.ES2021,
  lib: ['lib.es2023.d.ts'], // the package speaks of what Node 20 has
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  emitDecoratorMetadata: true,
  strictNullChecks: false,
  noImplicitAny: false,
  strictBindCallApply: false,
};

/** What a program's first lines say of it. */
export interface Expectation {
  /** A decisive part of the first line of the diagnostic. */
  readonly expect: string;
  /** The source text that the diagnostic points at. */
  readonly at: string;
  /** The setting without which the compiler cannot see the mistake. */
  readonly needs: 'strictNullChecks' | undefined;
}

export interface Found {
  readonly message: string;
  readonly at: string;
}

/** Programs of one folder by name, as paths. */
export function programsIn(folder: 'accepts' | 'rejects'): readonly string[] {
  return readdirSync(join(programs, folder)).map((file) => join(programs, folder, file));
}

export function titleOf(path: string): string {
  return basename(path, '.ts').replaceAll('-', ' ');
}

export function expectationOf(path: string): Expectation {
  const source = ts.sys.readFile(path) ?? '';
  const line = (name: string) => new RegExp(`^// ${name}: (.+)$`, 'm').exec(source)?.[1];
  const expect = line('expect');
  const at = line('at');
  if (expect === undefined || at === undefined) throw new Error(`${path} must begin with  // expect: …  and  // at: …`);
  return { expect: unionsSorted(expect), at, needs: line('needs') as Expectation['needs'] };
}

/** All diagnostics of each program, the programs compiled together. */
export function compileTogether(paths: readonly string[], options: ts.CompilerOptions): (path: string) => readonly Found[] {
  const program = ts.createProgram(paths, options);
  return (path) => {
    const source = program.getSourceFile(path);
    if (!source) throw new Error(`not in the program: ${path}`);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (options.declaration) diagnostics.push(...program.getDeclarationDiagnostics(source));
    return diagnostics.map((diagnostic) => foundIn(source, diagnostic));
  };
}

function foundIn(source: ts.SourceFile, { messageText, start = 0, length = 0 }: ts.Diagnostic): Found {
  const [message = ''] = ts.flattenDiagnosticMessageText(messageText, '\n').split('\n');
  return { message: unionsSorted(message), at: source.text.slice(start, start + length) };
}

/** TypeScript lists the names of a union in the order in which it first met them, in whatever file. */
function unionsSorted(message: string): string {
  return message.replace(/"\w+"(?: \| "\w+")+/g, (union) => union.split(' | ').sort().join(' | '));
}

/** A source file that need not exist, compiled as if it lay among the programs. */
export function programOf(source: string, options: ts.CompilerOptions): ts.Program {
  const path = join(programs, 'generated.ts');
  const host = ts.createCompilerHost(options, true);
  return ts.createProgram([path], options, {
    ...host,
    fileExists: (name) => name === path || host.fileExists(name),
    getSourceFile: (name, target, ...rest) =>
      name === path ? ts.createSourceFile(name, source, target, true) : host.getSourceFile(name, target, ...rest),
  });
}

/** What an editor offers at the place marked by `¦`, in a file that need not exist. */
export function completionsAt(marked: string, options: ts.CompilerOptions): readonly string[] {
  const path = join(programs, 'edited.ts');
  const position = marked.indexOf('¦');
  const source = marked.slice(0, position) + marked.slice(position + 1);
  const service = ts.createLanguageService({
    getScriptFileNames: () => [path],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = name === path ? source : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === path || ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
  });
  return (service.getCompletionsAtPosition(path, position, {})?.entries ?? []).map(({ name }) => name);
}
