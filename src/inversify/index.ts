// Entry `class-saga/inversify`.
export { fromContainer } from './from-container.js';
