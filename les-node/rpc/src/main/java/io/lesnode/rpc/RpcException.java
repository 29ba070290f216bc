package io.lesnode.rpc;

import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC error answer: code, message and optional data, as geth v1.10.26 gives them (
 * rpc/errors.go). Carries no stack trace: it is an outcome, not a bug.
 */
public final class RpcException extends RuntimeException {
  /** The text is not JSON. */
  public static final int PARSE_ERROR = -32700;

  /** JSON, but not a request. */
  public static final int INVALID_REQUEST = -32600;

  /** No such method, or its namespace is not offered. */
  public static final int METHOD_NOT_FOUND = -32601;

  /** Parameters that cannot be decoded. */
  public static final int INVALID_PARAMS = -32602;

  /** Everything else geth reports with Go's {@code error}. */
  public static final int SERVER_ERROR = -32000;

  /** The answer of a batch would exceed the limit (geth since v1.13). */
  public static final int RESPONSE_TOO_LARGE = -32003;

  /** More than this node gives at once (EIP-1474). */
  public static final int LIMIT_EXCEEDED = -32005;

  /** Execution reverted with data. */
  public static final int REVERTED = 3;

  private final int code;
  private final @Nullable String data;

  /** An error with data (a 0x string). */
  public RpcException(int code, String message, @Nullable String data) {
    super(message, null, false, false);
    this.code = code;
    this.data = data;
  }

  /** An error with a code of the list above. */
  public RpcException(int code, String message) {
    this(code, message, null);
  }

  /** A {@link #SERVER_ERROR}. */
  public RpcException(String message) {
    this(SERVER_ERROR, message, null);
  }

  /** The JSON-RPC error code. */
  public int code() {
    return code;
  }

  /** What is wrong, in geth's words. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** Additional data, for instance the bytes an execution reverted with. */
  public @Nullable String data() {
    return data;
  }
}
