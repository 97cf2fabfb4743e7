// expect: @Async stands on a method, and on no property or arrow function
// at: Async()
import { Async } from 'class-saga';

export class BookTrip {
  @Async()
  hotel = 'Ritz';
}
