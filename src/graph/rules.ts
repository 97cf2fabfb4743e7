// Every rule that a declaration is held to, in the order in which mistakes are told: what is decorated, then how, then what it names.
import type { DefinitionIssue } from '../errors/definition-error.js';
import type { Outline } from './outline.js';
import { compensationsAreOfOwnSteps, fallbacksAreOfOwnSteps } from './rules/answers.js';
import { overridesReplaceSteps, stepNamesAreTakenOnPurpose } from './rules/inheritance.js';
import {
  asyncStandsOnSteps,
  decoratorsHaveParentheses,
  instancesAreNotThenable,
  membersAreMethods,
  membersAreNotStatic,
  membersHaveStringNames,
  methodsPlayOneRole,
  retryStandsOnWhatIsRepeated,
  sagasHaveSteps,
  stepNamesFitIntoPaths,
} from './rules/members.js';
import {
  compensationsDoNotNeedTheirStep,
  compensationsNeedWhatIsThere,
  needsAreNamedOnce,
  needsAreSteps,
  stepsDoNotNeedThemselves,
  stepsNeedEarlierSteps,
} from './rules/needs.js';
import { optionsAreGivenOnce, optionsAreInRange, sagasHaveNames, transactionalStepsMayRunAgain } from './rules/options.js';
import { compensationsAreOfSteps, fallbacksAreOfSteps } from './rules/references.js';
import { decoratorsStandOnce, sagaStandsOnce, stepsHaveOneCompensation, stepsHaveOneFallback } from './rules/repetition.js';
import type { Rule } from './rules/rule.js';
import { shapeMatchesTheClass } from './rules/shape.js';
import {
  stepClassesAreNotAsync,
  stepClassesEndNothing,
  stepClassesHaveOneStep,
  stepClassesNeedNothing,
  stepClassesUsedBy,
  usedClassesAreStepClasses,
} from './rules/step-classes.js';
import {
  effectsAreOfTheSubSaga,
  sagasAreNoPartsOfThemselves,
  subSagasAreNotAsync,
  subSagasAreNotRepeated,
  subSagasAreSagas,
  subSagasAreSound,
} from './rules/sub-sagas.js';

/** Those that a step class is held to. */
const rulesOfStepClasses: readonly Rule[] = [
  instancesAreNotThenable,
  decoratorsHaveParentheses,
  membersAreNotStatic,
  membersAreMethods,
  membersHaveStringNames,
  methodsPlayOneRole,
  asyncStandsOnSteps,
  retryStandsOnWhatIsRepeated,
  decoratorsStandOnce,
  optionsAreInRange,
  transactionalStepsMayRunAgain,
  stepNamesAreTakenOnPurpose,
  overridesReplaceSteps,
  stepClassesHaveOneStep,
  stepClassesAreNotAsync,
  stepClassesEndNothing,
  compensationsAreOfSteps,
  fallbacksAreOfSteps,
  stepsHaveOneCompensation,
  stepsHaveOneFallback,
  stepClassesNeedNothing,
];

const stepClassesAreSound: Rule = (outline) =>
  stepClassesUsedBy(outline).flatMap((stepClass) => rulesOfStepClasses.flatMap((rule) => rule(stepClass)));

const rules: readonly Rule[] = [
  sagasHaveNames,
  sagasHaveSteps,
  sagaStandsOnce,
  instancesAreNotThenable,
  decoratorsHaveParentheses,
  membersAreNotStatic,
  membersAreMethods,
  membersHaveStringNames,
  stepNamesFitIntoPaths,
  methodsPlayOneRole,
  asyncStandsOnSteps,
  retryStandsOnWhatIsRepeated,
  subSagasAreNotAsync,
  subSagasAreNotRepeated,
  decoratorsStandOnce,
  optionsAreInRange,
  optionsAreGivenOnce,
  transactionalStepsMayRunAgain,
  stepNamesAreTakenOnPurpose,
  overridesReplaceSteps,
  subSagasAreSagas,
  sagasAreNoPartsOfThemselves,
  subSagasAreSound,
  effectsAreOfTheSubSaga,
  usedClassesAreStepClasses,
  stepClassesAreSound,
  compensationsAreOfSteps,
  fallbacksAreOfSteps,
  compensationsAreOfOwnSteps,
  fallbacksAreOfOwnSteps,
  stepsHaveOneCompensation,
  stepsHaveOneFallback,
  needsAreSteps,
  needsAreNamedOnce,
  stepsDoNotNeedThemselves,
  stepsNeedEarlierSteps,
  compensationsDoNotNeedTheirStep,
  compensationsNeedWhatIsThere,
  shapeMatchesTheClass,
];

/** Every mistake of a declaration; none where it is right. */
export function issuesOf(outline: Outline): readonly DefinitionIssue[] {
  return rules.flatMap((rule) => rule(outline));
}
