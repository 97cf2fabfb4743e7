// expect: @Retry stands on a method, and on no property or arrow function
// at: Retry({ attempts: 3 })
import { Retry } from 'class-saga';

export class BookTrip {
  @Retry({ attempts: 3 })
  hotel = async () => 'Ritz';
}
