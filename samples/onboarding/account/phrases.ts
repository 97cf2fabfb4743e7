import type { Effects, StepName } from 'class-saga';
import type { Phrase } from '../../shared/account/phrase.js';
import { moneyInWords } from '../../shared/money.js';
import type { Subscribe } from '../billing/subscribe.js';
import type { Welcome } from '../fulfilment/welcome.js';
import type { Receipt } from '../notifications/send-receipt.js';
import type { SignUp } from '../sign-up.js';

/** The words for the steps of a saga, without those that open a sub-saga. */
type Phrases<Saga, Opening extends keyof Saga = never> = {
  readonly [K in Exclude<StepName<Saga> & keyof Saga, Opening>]: Phrase<Effects<Saga, K>[K]>;
};

const rolledBack = () => 'rolled back';
const receipt: Phrase<Receipt> = {
  done: ({ to, for: number }) => `${to} has the receipt for ${number}`,
  undone: (effect) => (effect ? `${effect.to} has an excuse` : 'an excuse, whether the receipt went out or not'),
};

const signUp: Phrases<SignUp, 'subscription' | 'welcome'> = {
  user: { done: ({ id, email }) => `user ${id}: ${email}`, undone: rolledBack },
  updateUser: { done: ({ id, plan }) => `user ${id} has the plan ${plan}`, undone: rolledBack },
};
const subscribe: Phrases<Subscribe> = {
  plans: {
    done: (plans) => plans.map(({ name, price }) => `${name} ${moneyInWords(price)}`).join(', '),
    undone: () => 'nothing to undo',
  },
  subscription: {
    done: ({ id, plan: { name, price } }) => `${id}: ${name}, ${moneyInWords(price)} a month`,
    undone: (effect) => (effect ? `${effect.id} is deleted` : 'deleted by its key, whether there was one or not'),
  },
  bookkeeping: receipt,
};
const welcome: Phrases<Welcome> = {
  delivery: {
    done: ({ id, address }) => `${id}: to ${address}`,
    undone: (effect) => (effect ? `${effect.id} is cancelled` : 'cancelled by its key, whether it was scheduled or not'),
  },
  receipt,
};

const phrasesBySaga: Readonly<Record<string, Readonly<Record<string, Phrase<never>>>>> = {
  '': signUp,
  subscription: subscribe,
  welcome,
};

/** An event names its step by its path and brings its effect untyped, as it serves every saga: here is where the two meet again. */
export function phraseFor(path: string): Phrase<unknown> | undefined {
  const [step = '', saga = ''] = path.split('/').reverse();
  return phrasesBySaga[saga]?.[step];
}
