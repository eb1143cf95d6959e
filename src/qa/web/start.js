// What happens when everything is there.

paint();
refresh();
resume();
recall();
resumeAdding();
follow();
offer();
if (!phone.matches) box.focus();
