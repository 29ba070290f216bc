package io.lesnode.app.rpc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.app.config.HttpSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** All methods that a node offers over JSON-RPC, by name. Immutable. */
public final class RpcMethods {
  private final Map<String, RpcMethod> byName;

  private RpcMethods(Map<String, RpcMethod> byName) {
    this.byName = Map.copyOf(byName);
  }

  /** The methods over these ports, cut to the namespaces that the settings offer. */
  public static RpcMethods of(EthBackend chain, NodeBackend node, HttpSettings settings) {
    Map<String, RpcMethod> all = new HashMap<>();
    new EthMethods(chain).register(all);
    new LogMethods(chain).register(all);
    new CallMethods(chain, settings.gasCap(), settings.evmTimeout()).register(all);
    new SendMethods(chain, settings.txFeeCapEther()).register(all);
    new NodeMethods(node, chain).register(all);
    Collection<String> offered = new TreeSet<>(settings.namespaces());
    all.keySet().removeIf(name -> !offered.contains(name.substring(0, name.indexOf('_'))));
    all.put("rpc_modules", args -> modules(offered));
    return new RpcMethods(all);
  }

  Map<String, RpcMethod> byName() {
    return byName;
  }

  private static ObjectNode modules(Collection<String> offered) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (String name : offered) {
      json.put(name, "1.0");
    }
    json.put("rpc", "1.0");
    return json;
  }
}
