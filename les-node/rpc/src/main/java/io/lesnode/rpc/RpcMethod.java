package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;

/** One method: decodes its arguments, answers JSON or throws {@link RpcException}. May block. */
@FunctionalInterface
public interface RpcMethod {
  /** Answers a call. */
  JsonNode call(Arguments arguments);
}
