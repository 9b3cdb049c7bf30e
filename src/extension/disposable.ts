/**
 * One base for everything that owns something: what is registered is disposed with its owner, once, in reverse order.
 * After each `await`, code that belongs to a Disposable asks `isDisposed` before it goes on.
 */
import type * as vscode from 'vscode';

export abstract class Disposable {
  private disposed = false;
  private readonly owned: vscode.Disposable[] = [];

  get isDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of this.owned.splice(0).reverse()) item.dispose();
  }

  /** Hands `item` to this owner; an owner that is gone already disposes it at once. */
  protected _register<T extends vscode.Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.owned.push(item);
    return item;
  }
}
