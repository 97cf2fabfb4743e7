import * as shared from '../../shared/services/faults.js';

export const services = {
  rates: { name: 'the rates service', operations: ['read'] },
  card: { name: 'the card gateway', operations: ['authorize', 'release', 'capture', 'refund'] },
  hotel: { name: 'the hotel desk', operations: ['book', 'cancel'] },
  car: { name: 'the car desk', operations: ['book', 'cancel'] },
  flight: { name: 'the flight desk', operations: ['book', 'cancel'] },
  mail: { name: 'the mail server', operations: ['send'] },
} as const satisfies shared.Services;

export const faultShape = shared.faultShapeFor(services);
export type Fault = shared.Fault<keyof typeof services>;

export const faultInWords = (fault: Fault): string => shared.faultInWords(services, fault);
