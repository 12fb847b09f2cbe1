-- What was still to be sorted in when the list was given up; behind the change, so that its lock does not last through this.
SELECT gin_clean_pending_list('placed_order_search'), gin_clean_pending_list('seller_order_search');
