// What can be wrong with the sagas of an application, each as a sentence that names class and method, before anything of it is made.
import { blueprintOf } from '../graph/compile.js';
import { whyNoSagaClass } from '../graph/not-a-saga.js';
import { nearestNotedClass, sagaNotesInForce } from '../metadata/read-saga.js';
import type { SagaClass } from '../runtime/ports.js';
import { injectionsOf } from './inject.js';
import type { Wrapper } from './provided.js';
import { classOf, isFactory, prototypeOf, providedBy } from './provided.js';
import type { RunnerDeclaration } from './runner-declaration.js';

export interface Provision {
  readonly providers: readonly Wrapper[];
  readonly controllers: readonly Wrapper[];
  readonly declarations: readonly RunnerDeclaration[];
}

export function mistakesOf(provision: Provision): readonly string[] {
  const own = provision.providers.filter(({ isAlias }) => !isAlias);
  const sagas = own.filter(isOfSaga);
  const provided = new Set(sagas.map((wrapper) => classOf(wrapper)!));
  return [
    ...sagas.flatMap(hooksOn),
    ...sagas.flatMap(sharedInstance),
    ...providedTwice(sagas),
    ...[...provided].flatMap((saga) => partsMissing(saga, own)),
    ...unmarked(own, provided),
    ...provision.declarations.flatMap((declaration) => mistakesOfRunner(declaration, provision.declarations, provided)),
    ...[...provision.providers, ...provision.controllers].flatMap((wrapper) => asksInVain(wrapper, provided, provision.declarations)),
  ];
}

const hooks = ['onModuleInit', 'onApplicationBootstrap', 'onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'];

function hooksOn(wrapper: Wrapper): readonly string[] {
  const prototype = prototypeOf(wrapper);
  return hooks.filter((hook) => prototype !== undefined && hook in prototype).map((hook) =>
    `${nameOf(wrapper)}.${hook} would be called for an instance that no execution has, because a saga is made for each of them:`
    + ' do that in a provider that the saga asks for.');
}

function sharedInstance(wrapper: Wrapper): readonly string[] {
  if (wrapper.metatype !== null) return [];
  return [`${nameOf(wrapper)} is provided as a value, which all executions would share: use its class, or useFactory.`];
}

function providedTwice(sagas: readonly Wrapper[]): readonly string[] {
  const modules = new Map<SagaClass, readonly string[]>();
  for (const wrapper of sagas) {
    const saga = classOf(wrapper)!;
    modules.set(saga, [...(modules.get(saga) ?? []), providedBy(wrapper, saga).module]);
  }
  return [...modules].filter(([, names]) => names.length > 1).map(([saga, names]) =>
    `${saga.name} is provided by ${names.join(' and by ')}, and nobody knows which of them to ask: list it in one of them.`);
}

/** Those that somebody has to make: their constructors take arguments. */
function partsMissing(saga: SagaClass, providers: readonly Wrapper[]): readonly string[] {
  const { graph, parts } = blueprintOf(saga);
  const known = new Set(providers.map(classOf));
  return parts.filter((part) => part.class.length > 0 && !known.has(part.class as SagaClass)).map((part) =>
    `${graph.saga} uses ${part.class.name} for '${part.path}', and no module provides it: list it in the providers, beside ${graph.saga}.`);
}

/** Decorated methods without `@Saga()` are a mistake, unless a saga uses the class for one of its steps. */
function unmarked(providers: readonly Wrapper[], sagas: ReadonlySet<SagaClass>): readonly string[] {
  const used = new Set([...sagas].flatMap((saga) => blueprintOf(saga).parts.map((part) => part.class)));
  const classes = new Set(providers.map(classOf).filter((provided) => provided !== undefined));
  return [...classes]
    .filter((provided) => !sagas.has(provided) && !used.has(provided) && nearestNotedClass(provided) !== undefined)
    .map((provided) => {
      const { problem, remedy } = whyNoSagaClass(provided);
      return `${provided.name} is not a saga: ${problem}. ${remedy}`;
    });
}

function mistakesOfRunner(
  declaration: RunnerDeclaration,
  all: readonly RunnerDeclaration[],
  provided: ReadonlySet<SagaClass>,
): readonly string[] {
  const { name, sagas } = declaration;
  const called = name === undefined ? 'without a name' : `'${name}'`;
  const isSecond = all.find((other) => other.name === name) !== declaration;
  const others = all.filter((other) => other.name !== name).flatMap((other) => other.sagas ?? []);
  return [
    ...(isSecond ? [`There are two runners ${called}: give each a name of its own, with SagaModule.forRoot({ name, sagas }).`] : []),
    ...(name !== undefined && sagas === undefined
      ? [`The runner '${name}' does not say which sagas it runs: SagaModule.forRoot({ name: '${name}', sagas: [BookTrip] }).`] : []),
    ...(sagas ?? []).filter((saga) => !provided.has(saga)).map((saga) =>
      `The runner ${called} is to run ${saga?.name}, and no module provides it: list it in the providers of one.`),
    ...(sagas ?? []).filter((saga) => others.includes(saga)).map((saga) =>
      `${saga.name} is listed by the runner ${called} and by another: list it in one of them.`),
  ];
}

function asksInVain(wrapper: Wrapper, provided: ReadonlySet<SagaClass>, declarations: readonly RunnerDeclaration[]): readonly string[] {
  const asking = (prototypeOf(wrapper) as { readonly constructor?: SagaClass } | undefined)?.constructor;
  if (asking === undefined) return [];
  return injectionsOf(asking).flatMap(({ saga, place }) => {
    const asks = `${asking.name} asks for ${saga.name} (${place})`;
    if (sagaNotesInForce(saga) === undefined) return [`${asks}, which is no saga: decorate it with @Saga().`];
    if (!provided.has(saga)) return [`${asks}, and no module provides it: list ${saga.name} in the providers of one.`];
    const isRun = declarations.some(({ sagas }) => sagas === undefined || sagas.includes(saga));
    return isRun ? [] : [`${asks}, and no runner runs it: list it in \`sagas\`, or add SagaModule.forRoot().`];
  });
}

function isOfSaga(wrapper: Wrapper): boolean {
  const provided = classOf(wrapper);
  return provided !== undefined && sagaNotesInForce(provided) !== undefined;
}

function nameOf(wrapper: Wrapper): string {
  return classOf(wrapper)?.name ?? (isFactory(wrapper) ? 'what a factory makes' : 'a value');
}
