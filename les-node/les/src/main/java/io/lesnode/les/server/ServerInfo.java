package io.lesnode.les.server;

/**
 * A LES server at one moment; capacities in units per millisecond.
 *
 * @param minimumCapacity what the smallest client gets
 * @param maximumCapacity most that the server gives in total
 * @param totalCapacity what it gives in total now; lower after it froze clients
 * @param totalConnectedCapacity given to connected clients
 * @param priorityConnectedCapacity of it, given to clients with a positive balance
 * @param freeClientCapacity what a client without a balance gets
 * @param connectedClients connected light clients, active or not
 * @param activeClients light clients with capacity
 * @param priorityClients active ones with a positive balance
 * @param serverLinks silent links to other servers
 */
public record ServerInfo(
    long minimumCapacity,
    long maximumCapacity,
    long totalCapacity,
    long totalConnectedCapacity,
    long priorityConnectedCapacity,
    long freeClientCapacity,
    int connectedClients,
    int activeClients,
    int priorityClients,
    int serverLinks) {}
