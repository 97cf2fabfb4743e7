// expect: 'transactional' does not exist in type
// at: transactional
import { Saga, Step, SubSaga } from 'class-saga';

@Saga()
export class BookLodging {
  @Step()
  async hotel() {}
}

@Saga()
export class BookTrip {
  @SubSaga(BookLodging, { transactional: true })
  lodging(): SubSaga<BookLodging> {}
}
