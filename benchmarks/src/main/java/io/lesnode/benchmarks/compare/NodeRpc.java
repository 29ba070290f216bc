package io.lesnode.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.cli.IpcCaller;
import io.lesnode.app.cli.RpcCaller;

/**
 * JSON-RPC of a server as its operator has it: over HTTP with geth; over the Unix domain socket
 * with ours, which gives away no capacity over HTTP.
 */
interface NodeRpc extends AutoCloseable {

  /**
   * The result of a method.
   *
   * @throws io.lesnode.app.node.NodeFailure if there is no answer, or it is an error
   */
  JsonNode call(String method, Object... parameters);

  @Override
  void close();

  static NodeRpc over(RpcCaller http) {
    return new NodeRpc() {
      @Override
      public JsonNode call(String method, Object... parameters) {
        return http.call(method, parameters);
      }

      @Override
      public void close() {
        http.close();
      }
    };
  }

  static NodeRpc over(IpcCaller ipc) {
    return new NodeRpc() {
      @Override
      public JsonNode call(String method, Object... parameters) {
        return ipc.call(method, parameters);
      }

      @Override
      public void close() {
        ipc.close();
      }
    };
  }
}
