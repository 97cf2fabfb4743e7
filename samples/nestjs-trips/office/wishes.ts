import type { Wish } from '../trips/trip-request.js';

/** Ready to be sent. */
export type NamedWish = Wish & { readonly reference: string };

const ines: Pick<Wish, 'traveller' | 'budget' | 'card'> = {
  traveller: 'Inês Duarte',
  budget: { cents: 1_500_00, currency: 'EUR' },
  card: { holder: 'Inês Duarte', number: '4000 0012 3456 7899' },
};

export const lisbon: NamedWish = {
  reference: 'lisbon',
  ...ines,
  hotel: { name: 'Pensão Amor', nights: 4 },
  flight: { from: 'LHR', to: 'LIS', seats: 1 },
};

export const vienna: NamedWish = {
  reference: 'vienna',
  ...ines,
  hotel: { name: 'Hotel Sacher', nights: 2 },
  flight: { from: 'LHR', to: 'VIE', seats: 1 },
};

export const porto: NamedWish = {
  reference: 'porto',
  ...ines,
  hotel: { name: 'Casa do Rio', nights: 3 },
  flight: { from: 'LHR', to: 'OPO', seats: 1 },
};
