package io.lesnode.benchmarks.sim.engine;

import org.apache.tuweni.bytes.Bytes;

/**
 * The first two elements of a reply, read without the third: a simulated client wants no more.
 *
 * @param requestId which request is answered
 * @param bufferValue the credit that is left, unsigned
 */
record ReplyHead(long requestId, long bufferValue) {

  private static final int SHORT_LIST = 0xc0;
  private static final int LONG_LIST = 0xf7;
  private static final int SHORT_STRING = 0x80;

  /** Reads {@code [requestId, bufferValue, …]} as our own encoder writes it. */
  static ReplyHead of(Bytes payload) {
    int first = payload.get(0) & 0xff;
    int at = first > LONG_LIST ? 1 + first - LONG_LIST : 1;
    if (first < SHORT_LIST) {
      throw new IllegalArgumentException("no list: " + payload);
    }
    long requestId = number(payload, at);
    return new ReplyHead(requestId, number(payload, at + length(payload, at)));
  }

  private static int length(Bytes payload, int at) {
    int head = payload.get(at) & 0xff;
    return head < SHORT_STRING ? 1 : 1 + head - SHORT_STRING;
  }

  private static long number(Bytes payload, int at) {
    int end = at + length(payload, at);
    int head = payload.get(at) & 0xff;
    long value = head < SHORT_STRING ? head : 0;
    for (int i = at + 1; i < end; i++) {
      value = (value << Byte.SIZE) | (payload.get(i) & 0xff);
    }
    return value;
  }
}
