package io.lesnode.les.server;

import java.util.function.Consumer;

/**
 * A LES server whose service can be sold: a {@link LesServer}, or one that a host drives on virtual
 * time. Its orders are carried out on the node loop.
 */
public interface ServiceForSale {

  /**
   * Has somebody sell service to clients that connect from now on; to be called once, before the
   * first of them is accepted.
   */
  void setSeller(ServiceListener seller);

  /**
   * Has the node loop carry out an order of the seller: some time soon, or, where a host drives the
   * server on one thread, before this returns.
   *
   * @return false if the server is being ended and the order is not carried out
   */
  boolean withDesk(Consumer<ServiceDesk> order);
}
