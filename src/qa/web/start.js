// What happens when everything is there.

paint();
refresh();
recall();
follow();
offer();
if (!phone.matches) box.focus();
