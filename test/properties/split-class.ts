import { Finally, Saga, skip, SubSaga, UseStep } from 'class-saga';
import type { CallContext, SagaClass, Settled, StepContext } from 'class-saga';
import type { Member, Part, StepMember } from './nesting.js';
import { effectIn, importsOf, memberWith, namesByPath, pathFrom } from './nesting.js';
import type { Recorder } from './recorder.js';
import type { StepScript } from './script.js';
import type { Needs, View } from './scripted-class.js';
import { asyncOf, declare, declareStep, declareUndoing, limitOf, retryOf, step, stepMethod } from './scripted-class.js';

// The scripted saga as several classes: its sub-sagas, and step classes. What a class may not name, it finds in its input.

/** Of a sub-saga: what its opening was in the inlined saga, and what the steps in it need of steps that are not. */
interface PartInput {
  readonly recorder: Recorder;
  readonly token: unknown;
  readonly imports: Needs;
}
/** Of a step class. */
interface StepInput {
  readonly recorder: Recorder;
  readonly needs: Needs;
}

const [subSaga, useStep] = [SubSaga, UseStep] as unknown as readonly ((used: SagaClass, options: object) => MethodDecorator)[] as
  readonly [(used: SagaClass, options: object) => MethodDecorator, (used: SagaClass, options: object) => MethodDecorator];

export function splitClass(whole: Part): SagaClass {
  return classOf(whole, namesByPath(whole));
}

function classOf(part: Part, names: ReadonlyMap<string, string>): SagaClass {
  class ScriptedSaga {}
  const view = viewOf(part, names);
  const stepsNeeded = (needs: readonly string[]): readonly string[] => membersNeeded(part, needs);
  for (const member of part.members) {
    if (member.is === 'part') declareSubSaga(ScriptedSaga, member, view, stepsNeeded, names);
    else if (member.body === 'method') declareStep(ScriptedSaga, member.script, view, stepsNeeded);
    else declareStepClass(ScriptedSaga, member, view, stepsNeeded);
  }
  declare(ScriptedSaga, 'told', finallyMethod(part, view), [(Finally as unknown as () => MethodDecorator)()]);
  (Saga)()(ScriptedSaga);
  return ScriptedSaga;
}

function finallyMethod({ path, opening }: Part, view: View) {
  return (settled: Settled<object>, input: unknown): void => {
    const token = opening === null ? undefined : (input as PartInput).token;
    view.recorderIn(input).note({ type: 'finally', path, settled, token });
  };
}

type StepsNeeded = (needs: readonly string[]) => readonly string[];

function declareSubSaga(saga: SagaClass, part: Part, view: View, stepsNeeded: StepsNeeded, names: ReadonlyMap<string, string>): void {
  const imports = importsOf(part);
  const open = stepMethod(part.opening!, view);
  const method = function (this: object, context: StepContext<unknown, Needs>): unknown {
    const token = open.call(this, context);
    if (token === skip()) return token;
    const input: PartInput = { recorder: view.recorderIn(context.input), token, imports: view.needsIn(context, imports) };
    return input;
  };
  const options = { needs: stepsNeeded(imports), ...(part.standsFor !== null && { effect: part.standsFor.name }) };
  declare(saga, part.name, method, [subSaga(classOf(part, names), options)]);
}

function declareStepClass(saga: SagaClass, { name, body, script }: StepMember, view: View, stepsNeeded: StepsNeeded): void {
  class ScriptedStep {}
  const isLimitedHere = body === 'class';
  const own = isLimitedHere ? [step(limitOf(script)), ...retryOf(script)] : [step({ timeoutMs: 1, graceMs: 1 })];
  declare(ScriptedStep, 'execute', stepMethod(script, stepView(view)), own);
  declareUndoing(ScriptedStep, 'execute', script, stepView(view), () => []);

  const method = (context: StepContext<unknown, Needs>): StepInput => ({
    recorder: view.recorderIn(context.input),
    needs: view.needsIn(context, script.needs),
  });
  const options = { needs: stepsNeeded(script.needs), ...(!isLimitedHere && limitOf(withTimeout(script))) };
  const decorators = [useStep(ScriptedStep, options), ...asyncOf(script), ...(isLimitedHere ? [] : retryOf(script))];
  declare(saga, name, method, decorators);
}

/** The saga's word goes before that of the class, which says too little on purpose: so the default is said, too. */
function withTimeout(script: StepScript): StepScript {
  return { ...script, timeoutMs: script.timeoutMs ?? (script.async ? 5_000 : Infinity) };
}

function viewOf(part: Part, names: ReadonlyMap<string, string>): View {
  const nameOf = (told: string): string => names.get(pathFrom(part.path, told)) ?? `unknown ${told}`;
  const recorderIn = (input: unknown): Recorder => (part.opening === null ? (input as Recorder) : (input as PartInput).recorder);
  const needIn = ({ needs, input }: CallContext<unknown, Needs>, name: string): unknown => {
    if (name === part.name) return (input as PartInput).token;
    const member = memberWith(part, name);
    return member === undefined ? (input as PartInput).imports[name] : effectIn(member, needs[member.name], name);
  };
  return {
    recorderIn,
    nameOf,
    needsIn: (context, needs) => Object.fromEntries(needs.map((name) => [name, needIn(context, name)])),
  };
}

/** A step class is told names as the saga that uses it would write them. */
function stepView({ nameOf }: View): View {
  return {
    recorderIn: (input) => (input as StepInput).recorder,
    needsIn: ({ input }, needs) => Object.fromEntries(needs.map((name) => [name, (input as StepInput).needs[name]])),
    nameOf,
  };
}

/** What a method of this class asks for, to have these. */
function membersNeeded(part: Part, needs: readonly string[]): readonly string[] {
  const members = needs.map((name) => (name === part.name ? undefined : memberWith(part, name)));
  return [...new Set(members.filter((member): member is Member => member !== undefined).map(({ name }) => name))];
}
