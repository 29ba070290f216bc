package io.lesnode.devp2p;

import java.util.List;

/**
 * What a node says of itself, for {@code admin_nodeInfo} (geth's p2p.NodeInfo).
 *
 * @param id hash of the public key in hexadecimal
 * @param name our client name
 * @param enode our enode URL
 * @param enr our node record in text form
 * @param ip our IP address
 * @param discoveryPort UDP port, 0 without discovery
 * @param listenerPort TCP port, 0 when not listening
 * @param listenAddr the bound address as {@code ip:port}, empty when not listening
 * @param protocols names of the offered protocols
 */
public record NodeInfo(
    String id,
    String name,
    String enode,
    String enr,
    String ip,
    int discoveryPort,
    int listenerPort,
    String listenAddr,
    List<String> protocols) {}
