package io.lesnode.payment.signing;

import io.lesnode.payment.SignerException;

/** The connection to a signing program: HTTP or IPC, made by the application. */
public interface ExternalSignerCall {
  /**
   * Sends a JSON-RPC request and waits for its answer, for as long as a person may think.
   *
   * @param requestJson the request
   * @return the answer, at most 256 KiB
   * @throws SignerException if the program cannot be reached
   */
  String call(String requestJson) throws SignerException;
}
