package io.lesnode.les.server;

import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a worker made of a request.
 *
 * @param replyCode the code of the reply
 * @param body the encoded third element of the reply; null: no reply is sent
 * @param invalidItems how many items asked for things that no honest client asks for
 */
record Served(int replyCode, @Nullable Bytes body, int invalidItems) {

  static Served nothing(int invalidItems) {
    return new Served(0, null, invalidItems);
  }
}
