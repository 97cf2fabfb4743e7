// The class, once judged, as a frozen graph: what the decorators said, with every default in place.
import { SagaDefinitionError } from '../errors/definition-error.js';
import { classNameOf, readSaga, readStepClass, sagaNotesInForce } from '../metadata/read-saga.js';
import type { SagaNote } from '../metadata/record.js';
import { declarations } from '../metadata/record.js';
import { isClass } from './any-class.js';
import type { AnyClass } from './any-class.js';
import type { Blueprint } from './blueprint.js';
import { describeGraph } from './describe.js';
import { flattened } from './flatten.js';
import { notASaga } from './not-a-saga.js';
import { outlineOf } from './outline.js';
import type { PartClass } from './outline.js';
import { issuesOf } from './rules.js';
import type { SagaGraph } from './saga-graph.js';

/**
 * The graph of a saga: frozen, the same for every call, plain data for JSON, and readable in `console.log`.
 * @throws SagaDefinitionError with every mistake in the declaration.
 * @throws SagaError with the code SAGA_DEFINITION_NOT_A_SAGA for anything but a saga.
 */
export function compile(saga: AnyClass): SagaGraph {
  return blueprintOf(saga).graph;
}

/** What `@Saga` said of a class, as a list: the identity of one declaration. */
type Declaration = readonly SagaNote[];

/**
 * By declaration, not by class: subclasses that add nothing (test doubles, what class decorators returned) share their saga's blueprint,
 * and a second `@Saga` makes a new declaration, so it is judged and not passed over.
 */
const blueprints = new WeakMap<Declaration, Blueprint>();

/** By class, what its declaration came to when so many were recorded: to look a declaration up costs as much as to run a step. */
const lookedUp = new WeakMap<AnyClass, { readonly blueprint: Blueprint; readonly declarations: number }>();

/** While it stays the same, `blueprintOf` answers what it answered. */
export function declarationsSoFar(): number {
  return declarations.count;
}

/** @throws as `compile` does. */
export function blueprintOf(saga: AnyClass): Blueprint {
  const known = lookedUp.get(saga);
  if (known?.declarations === declarations.count) return known.blueprint;
  const blueprint = declaredBlueprint(saga);
  lookedUp.set(saga, { blueprint, declarations: declarations.count });
  return blueprint;
}

function declaredBlueprint(saga: AnyClass): Blueprint {
  const declaration = typeof saga === 'function' ? sagaNotesInForce(saga) : undefined;
  if (!declaration) throw notASaga(saga);
  const known = blueprints.get(declaration);
  if (known) return known;
  const judged = judgedBlueprint(saga, declaration, new Set());
  if (judged instanceof SagaDefinitionError) throw judged;
  return judged;
}

/** `outer` are the sagas that this one is looked at as a part of: met again within itself, one of them would have no end. */
function judgedBlueprint(saga: AnyClass, declaration: Declaration, outer: ReadonlySet<Declaration>): Blueprint | SagaDefinitionError {
  const metadata = readSaga(saga);
  if (!metadata) throw notASaga(saga);
  const outline = outlineOf(metadata, lookUpAmong(new Set([...outer, declaration])));
  const [issue, ...others] = issuesOf(outline);
  if (issue) return new SagaDefinitionError(outline.className, [issue, ...others]);
  const blueprint = flattened(outline);
  makePrintable(blueprint.graph);
  blueprints.set(declaration, deepFrozen(blueprint));
  return blueprint;
}

/** Says what is given to `@SubSaga` and `@UseStep`, once for each class, so that what is wrong with one is told once. */
function lookUpAmong(outer: ReadonlySet<Declaration>): (given: unknown) => PartClass {
  const known = new Map<unknown, PartClass>();
  return (given) => {
    const used = known.get(given) ?? usedClass(given, outer);
    known.set(given, used);
    return used;
  };
}

function usedClass(given: unknown, outer: ReadonlySet<Declaration>): PartClass {
  if (!isClass(given)) return { is: 'value', value: given };
  const className = classNameOf(given.prototype as object);
  const declaration = sagaNotesInForce(given);
  if (!declaration) return { is: 'class', class: given, className, outline: outlineOf(readStepClass(given)) };
  if (outer.has(declaration)) return { is: 'outer-saga', className };
  const judged = blueprints.get(declaration) ?? judgedBlueprint(given, declaration, outer);
  return judged instanceof SagaDefinitionError
    ? { is: 'wrong-saga', className, issues: judged.issues }
    : { is: 'saga', class: given, className, blueprint: judged };
}

/** What `console.log` calls. Not enumerable, so that the graph is still plain data to JSON and to whoever compares it. */
function makePrintable(graph: SagaGraph): void {
  Object.defineProperty(graph, Symbol.for('nodejs.util.inspect.custom'), { value: () => describeGraph(graph) });
}

/** What is frozen already is a part of another graph, and frozen to its end. */
function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(deepFrozen);
  return value;
}
