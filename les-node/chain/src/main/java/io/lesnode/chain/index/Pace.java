package io.lesnode.chain.index;

/** How fast sections are built, so that the import of blocks does not suffer. */
@FunctionalInterface
interface Pace {

  /** Never pauses, never stops. */
  Pace UNHURRIED = workedNanos -> true;

  /**
   * Called again and again while a section is built; may wait.
   *
   * @param workedNanos time since the last call
   * @return whether to go on; false: the section is given up
   */
  boolean goOn(long workedNanos);
}
