// What can be wrong with the sagas of an application, each as a sentence that names class and method. Read off what its modules declare,
// as soon as Nest makes anything of ours.
import { codeOf } from '../errors/saga-error.js';
import type { Blueprint } from '../graph/blueprint.js';
import { blueprintOf } from '../graph/compile.js';
import { whyNoSagaClass } from '../graph/not-a-saga.js';
import { nearestNotedClass } from '../metadata/read-saga.js';
import type { SagaClass } from '../runtime/ports.js';
import { getSagaToken, injectedSagas, injectionsOf } from './inject.js';
import { subscriptionsOf } from './on-saga-event.js';
import type { Wrapper } from './provided.js';
import { classOf, isSaga, moduleNameOf, prototypeOf } from './provided.js';
import type { Provision } from './provision.js';
import { providerFor, sagasIn } from './provision.js';
import type { RunnerDeclaration } from './runner-declaration.js';
import { isHandleOfOurs } from './saga-handle.js';

export function mistakesOf(provision: Provision, declarations: readonly RunnerDeclaration[]): readonly string[] {
  const sagas = sagasIn(provision);
  const blueprints = blueprintsOf(sagas);
  const sound = [...blueprints].filter((entry): entry is [SagaClass, Blueprint] => typeof entry[1] !== 'string');
  const parts = new Set(sound.flatMap(([, blueprint]) => blueprint.parts.map((part) => part.class as SagaClass)));
  return [
    ...[...blueprints.values()].filter((blueprint) => typeof blueprint === 'string'),
    ...[...new Set([...sagas, ...parts])].flatMap((made) => hooksOn(made, provision.byClass.get(made) ?? [])),
    ...sagas.flatMap((saga) => mistakesOfProviders(saga, provision.byClass.get(saga)!)),
    ...sound.flatMap(([saga, blueprint]) => mistakesOfParts(saga, blueprint, provision)),
    ...unmarked(provision, parts),
    ...declarations.flatMap((declaration) => mistakesOfRunner(declaration, declarations, new Set(sagas))),
    ...[...provision.providers, ...provision.others].flatMap((wrapper) => asksInVain(wrapper, provision, declarations)),
  ];
}

/** What a factory makes is known only when it has. */
export function mistakesOfWhatIsMade({ providers }: Provision): readonly string[] {
  return providers.flatMap((wrapper) => {
    const made = (prototypeOf(wrapper) as { readonly constructor?: SagaClass } | undefined)?.constructor;
    if (classOf(wrapper) !== undefined || typeof made !== 'function' || !isSaga(made)) return [];
    return [`${String(wrapper.token)} is a ${made.name}, which is a saga: provide it as { provide: ${made.name}, … }, which it is run by.`];
  });
}

/** By saga; of one that is declared wrongly, what is wrong. */
function blueprintsOf(sagas: readonly SagaClass[]): ReadonlyMap<SagaClass, Blueprint | string> {
  const blueprints = new Map<SagaClass, Blueprint | string>();
  for (const saga of sagas) {
    try {
      blueprints.set(saga, blueprintOf(saga));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      blueprints.set(saga, (error as Error).message);
    }
  }
  return blueprints;
}

const hooks = ['onModuleInit', 'onApplicationBootstrap', 'onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'];

/** Nest's own, and ours, are called on the one instance that Nest makes. */
function hooksOn(made: SagaClass, providers: readonly Wrapper[]): readonly string[] {
  const prototypes = providers.filter(({ metatype }) => metatype !== null).map(prototypeOf);
  const called = prototypes.filter((prototype) => prototype !== undefined).flatMap((prototype) => [
    ...hooks.filter((hook) => hook in prototype), ...subscriptionsOf(prototype).map(({ method }) => String(method)),
  ]);
  return [...new Set(called)].map((method) =>
    `${made.name}.${method} would be called on an instance that no execution has, because another is made for each of them:`
    + ` do that in a provider that ${made.name} asks for.`);
}

function mistakesOfProviders(saga: SagaClass, providers: readonly Wrapper[]): readonly string[] {
  const shared = providers.filter(({ metatype }) => metatype === null);
  if (shared.length > 0) return [`${saga.name} is provided as a value, which all executions would share: use its class, or useFactory.`];
  if (providers.length === 1) return [];
  const modules = [...new Set(providers.map(moduleNameOf))];
  const where = modules.length === 1 ? `${providers.length} times in ${modules.join()}` : `in ${modules.join(' and in ')}`;
  return [`${saga.name} is provided ${where}, and nobody knows which of these to ask: list it once, and export it.`];
}

function mistakesOfParts(saga: SagaClass, { parts }: Blueprint, provision: Provision): readonly string[] {
  const [provided] = provision.byClass.get(saga)!;
  return parts.flatMap(({ path, class: part }) => {
    const made = part as SagaClass;
    const all = provision.byClass.get(made) ?? [];
    if (providerFor(made, provided!, provision) !== undefined) return [];
    const uses = `${saga.name} uses ${part.name} for '${path}', and`;
    if (all.length > 1) return [`${uses} ${all.length} modules provide it, but not that of ${saga.name}: list it there, too.`];
    // What takes nothing is made all the same.
    return part.length > 0 ? [`${uses} no module provides it: list it in the providers, beside ${saga.name}.`] : [];
  });
}

/** Decorated methods without `@Saga()` are a mistake, unless a saga uses the class for one of its steps. */
function unmarked({ byClass }: Provision, parts: ReadonlySet<SagaClass>): readonly string[] {
  return [...byClass.keys()]
    .filter((provided) => !isSaga(provided) && !parts.has(provided) && nearestNotedClass(provided) !== undefined)
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

/** A saga that is asked for has to be provided and run, or its handle be overridden. */
function asksInVain(wrapper: Wrapper, provision: Provision, declarations: readonly RunnerDeclaration[]): readonly string[] {
  return asking(wrapper).flatMap(({ saga, asks }) => {
    if (!isSaga(saga)) return [`${asks}, which is no saga: decorate it with @Saga().`];
    const token = getSagaToken(saga);
    if (provision.providers.some((provider) => provider.token === token && !isHandleOfOurs(provider.metatype))) return [];
    if (!provision.byClass.has(saga)) return [`${asks}, and no module provides it: list ${saga.name} in the providers of one.`];
    const isRun = declarations.some(({ sagas }) => sagas === undefined || sagas.includes(saga));
    return isRun ? [] : [`${asks}, and no runner runs it: list it in \`sagas\`, or add SagaModule.forRoot().`];
  });
}

function asking(wrapper: Wrapper): readonly { readonly saga: SagaClass; readonly asks: string }[] {
  const asker = (prototypeOf(wrapper) as { readonly constructor?: SagaClass } | undefined)?.constructor;
  const injections = asker === undefined ? [] : injectionsOf(asker);
  const byDecorator = injections.map(({ saga, place }) => ({ saga, asks: asksFor(asker!.name, saga, place) }));
  const factory = classOf(wrapper)?.name ?? String(wrapper.token);
  const byToken = injectedSagas()
    .filter((saga) => (wrapper.inject ?? []).includes(getSagaToken(saga)))
    .map((saga) => ({ saga, asks: asksFor(factory, saga, 'inject') }));
  return [...byDecorator, ...byToken];
}

function asksFor(asker: string, saga: SagaClass, place: string): string {
  return `${asker} asks for ${saga.name} (${place})`;
}
