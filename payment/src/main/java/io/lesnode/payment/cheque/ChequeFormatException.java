package io.lesnode.payment.cheque;

/** Bytes that are no cheque; an ordinary outcome without a stack trace. */
final class ChequeFormatException extends Exception {
  ChequeFormatException(String text) {
    super(text, null, false, false);
  }
}
