/** A member knows its index in the set. It is in one such set at a time. */
export interface Indexed {
  index: number;
}

/**
 * An unordered set whose last member takes the place of one that is deleted (swap-remove), for what
 * comes and goes all the time. A `Set` would keep members that have left: each of its outgrown tables
 * refers to the next, and to what it held when it was outgrown, so once the first is in the old
 * generation, all are until that is collected. After five thousand clients had come, a third of the
 * memory was that.
 */
export class IndexedSet<Member extends Indexed> {
  readonly #members: Member[] = [];

  get size(): number {
    return this.#members.length;
  }

  has(member: Member): boolean {
    return this.#members[member.index] === member;
  }

  /** Any one of them; undefined when there is none. */
  pick(): Member | undefined {
    return this.#members[Math.floor(Math.random() * this.#members.length)];
  }

  add(member: Member): void {
    if (this.has(member)) return;
    member.index = this.#members.length;
    this.#members.push(member);
  }

  /** Whether it was here. */
  delete(member: Member): boolean {
    if (!this.has(member)) return false;
    const last = this.#members.pop() as Member;
    if (last !== member) {
      last.index = member.index;
      this.#members[member.index] = last;
    }
    return true;
  }

  /** From the last to the first: the one that has just come may be deleted, no other. */
  *[Symbol.iterator](): IterableIterator<Member> {
    for (let index = this.#members.length - 1; index >= 0; index -= 1) {
      const member = this.#members[index];
      if (member) yield member;
    }
  }
}
