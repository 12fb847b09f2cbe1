/** A member stores its own index. It is in at most one such set at a time. */
export interface Indexed {
  index: number;
}

/**
 * An unordered set in which the last member takes the place of a deleted one (swap-remove), for members that
 * come and go all the time. A `Set` would retain members that have left: each of its outgrown tables refers
 * to the next and to what it held when it was outgrown, so once the first is in the old generation, all of
 * them stay until that is collected. After five thousand clients had connected, they were a third of the
 * memory.
 */
export class IndexedSet<Member extends Indexed> {
  readonly #members: Member[] = [];

  get size(): number {
    return this.#members.length;
  }

  has(member: Member): boolean {
    return this.#members[member.index] === member;
  }

  /** A random member; undefined when the set is empty. */
  pick(): Member | undefined {
    return this.#members[Math.floor(Math.random() * this.#members.length)];
  }

  add(member: Member): void {
    if (this.has(member)) return;
    member.index = this.#members.length;
    this.#members.push(member);
  }

  /** Returns whether it was a member. */
  delete(member: Member): boolean {
    if (!this.has(member)) return false;
    const last = this.#members.pop() as Member;
    if (last !== member) {
      last.index = member.index;
      this.#members[member.index] = last;
    }
    return true;
  }

  /** From the last to the first: the member just returned may be deleted, no other. */
  *[Symbol.iterator](): IterableIterator<Member> {
    for (let index = this.#members.length - 1; index >= 0; index -= 1) {
      const member = this.#members[index];
      if (member) yield member;
    }
  }
}
