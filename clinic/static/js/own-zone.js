// Chooses the time zone of this device where the country has several and it is one of them.
const zones = document.querySelector("[data-own-zone] select[name=time_zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones && !zones.value && [...zones.options].some((option) => option.value === here)) zones.value = here;
