package io.lesnode.app.config;

import io.lesnode.rpc.CallLimits;
import java.time.Duration;
import java.util.List;

/**
 * JSON-RPC over HTTP.
 *
 * @param enabled whether to listen at all
 * @param address address to listen on
 * @param port TCP port; 0 takes a free one
 * @param namespaces which method groups are offered, for instance {@code eth}
 * @param corsDomains origins of web pages that may call
 * @param virtualHosts host names that requests may carry
 * @param gasCap most gas of eth_call and eth_estimateGas; 0 means no cap
 * @param evmTimeout longest run of an eth_call; zero means no limit
 * @param txFeeCapEther most ether that eth_sendRawTransaction lets a transaction pay in fees; 0
 *     means no cap
 */
public record HttpSettings(
    boolean enabled,
    String address,
    int port,
    List<String> namespaces,
    List<String> corsDomains,
    List<String> virtualHosts,
    long gasCap,
    Duration evmTimeout,
    double txFeeCapEther) {
  /** Copies the lists. */
  public HttpSettings {
    namespaces = List.copyOf(namespaces);
    corsDomains = List.copyOf(corsDomains);
    virtualHosts = List.copyOf(virtualHosts);
  }

  /** What one call may cost, over whichever way it comes. */
  public CallLimits limits() {
    return new CallLimits(gasCap, evmTimeout, txFeeCapEther);
  }
}
