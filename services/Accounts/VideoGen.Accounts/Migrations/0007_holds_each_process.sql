-- Each process looks for holds to expire now.
delete from due_work where kind = 'expire-holds';
