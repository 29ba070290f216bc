package io.lesnode.payment.ledger;

import java.util.Arrays;
import java.util.Comparator;
import org.apache.tuweni.bytes.Bytes;

/** Keys as stores order them: byte by byte, unsigned; a prefix before what it begins. */
enum LexicographicOrder implements Comparator<Bytes> {
  INSTANCE;

  @Override
  public int compare(Bytes left, Bytes right) {
    return Arrays.compareUnsigned(left.toArrayUnsafe(), right.toArrayUnsafe());
  }
}
