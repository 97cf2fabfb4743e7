import type { Tell } from '../../shared/run-sample.js';
import type { ServiceAddresses } from '../clients/service-addresses.js';
import { readBooks } from './books.js';
import { discrepancies, table } from './reckoning.js';
import type { Expected } from './reckoning.js';

/** Asks the services what is left, and tells it. Answers whether all is as it should be. */
export async function reckon(addresses: ServiceAddresses, ends: readonly Expected[], tell: Tell): Promise<boolean> {
  const books = await readBooks(addresses);
  const wrong = discrepancies(books, ends);
  tell('');
  tell('What the services say');
  for (const line of [...table(books, ends), '', ...(wrong.length > 0 ? wrong : ['Nothing is left behind.'])]) tell(line);
  return wrong.length === 0;
}
