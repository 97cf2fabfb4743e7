// Entry `class-saga/tsyringe`.
export { fromContainer } from './from-container.js';
