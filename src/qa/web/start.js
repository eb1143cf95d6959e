// What happens when everything is there.

paint();
refresh();
offer();
if (!phone.matches) box.focus();
