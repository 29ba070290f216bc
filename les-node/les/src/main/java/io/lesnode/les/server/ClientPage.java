package io.lesnode.les.server;

import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A part of a list of clients.
 *
 * @param clients in the order of their ids
 * @param next the first id that was left out because the page was full
 */
public record ClientPage(List<ClientInfo> clients, Optional<Bytes32> next) {

  /** Copies the list. */
  public ClientPage {
    clients = List.copyOf(clients);
  }
}
